//! The account selection (`prompt=select_account`): continue as the signed-in person, or as another.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::Query;
use http::StatusCode;
use serde::Deserialize;

use super::page::{Frame, Visitor, show};
use crate::{
    app::App,
    domain::asked::Answer,
    http::{
        oidc::{
            asked,
            authorize::{request_in, supported, with_return_to},
        },
        see_other,
    },
    usecase::{oauth::authorize::validate, sessions::authenticate::SignedIn},
};

/// Query parameters.
#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    return_to: String,
}

#[derive(Template)]
#[template(path = "select_account.html")]
struct Select<'a> {
    page: Frame<'a>,
    person: &'a SignedIn,
    client_name: &'a str,
    /// Address that continues as this person.
    stay: String,
    /// Address that signs another person in.
    change: String,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(address): Query<Address>) -> Response {
    let Some(parameters) = request_in(&address.return_to) else { return see_other("/") };
    let (Some(person), Ok(request)) = (&visitor.signed_in, validate(&app, &supported(&parameters)).await) else {
        return see_other(&address.return_to);
    };
    let stay = asked::answered(&app, &address.return_to, Answer::AccountChosen, &person.session);
    let Some(stay) = stay else { return see_other("/") };
    let template = Select {
        page: visitor.frame(),
        person,
        client_name: request.client_name(),
        stay,
        change: with_return_to("/sign-in", &address.return_to),
    };
    show(StatusCode::OK, &template)
}

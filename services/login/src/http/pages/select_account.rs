//! The page that asks who goes on to a client (`prompt=select_account`): the person who is signed in here, or another.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::Query;
use http::StatusCode;
use serde::Deserialize;

use super::page::{Frame, Visitor, show};
use crate::{
    app::App,
    http::{
        oidc::authorize::{kept_request, understood, with_return_to},
        see_other,
    },
    usecase::{oauth::authorize::validate, sessions::authenticate::SignedIn},
};

/// What stands in the page's address.
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
    /// Goes on as this person.
    stay: &'a str,
    /// Signs someone else in.
    change: String,
}

/// Shows the page.
pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(address): Query<Address>) -> Response {
    let Some(parameters) = kept_request(&address.return_to) else { return see_other("/") };
    let (Some(person), Ok(request)) = (&visitor.signed_in, validate(&app, &understood(&parameters)).await) else {
        return see_other(&address.return_to);
    };
    let template = Select {
        page: visitor.frame(),
        person,
        client_name: request.client_name(),
        stay: &address.return_to,
        change: with_return_to("/sign-in", &address.return_to),
    };
    show(StatusCode::OK, &template)
}

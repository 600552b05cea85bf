//! The page that requests a password reset.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::{Form, Query};
use http::StatusCode;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Mistakes, Visitor, show},
    return_to::ReturnTo,
};
use crate::{
    app::App,
    domain::email::Email,
    error::Error,
    http::{origin::SameOrigin, request_context::Context, see_other},
    usecase::{request_context::RequestContext, sign_in::request_password_reset::request_password_reset},
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    email: String,
}

#[derive(Template)]
#[template(path = "forgot_password.html")]
struct ForgotPassword<'a> {
    page: Frame<'a>,
    email: &'a str,
    action: String,
    sign_in_url: String,
    mistakes: Mistakes,
}

impl<'a> ForgotPassword<'a> {
    fn new(visitor: &'a Visitor, way: &ReturnTo, email: &'a str, mistakes: Mistakes) -> Self {
        let (action, sign_in_url) = (way.link("/forgot-password"), way.link("/sign-in"));
        Self { page: visitor.frame(), email, action, sign_in_url, mistakes }
    }
}

pub(super) async fn get(visitor: Visitor, Query(way): Query<ReturnTo>) -> Response {
    show(StatusCode::OK, &ForgotPassword::new(&visitor, &way, "", Mistakes::default()))
}

/// Queues the e-mail if the address has an account. The response is the same in both cases.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(way): Query<ReturnTo>,
    Context(context): Context,
    Form(fields): Form<Fields>,
) -> Response {
    match act(&app, &context, &fields, &way).await.map_err(|error| Mistakes::of(error, &visitor.texts)) {
        Ok(()) => see_other(&way.link("/forgot-password/sent")),
        Err(Ok((status, mistakes))) => show(status, &ForgotPassword::new(&visitor, &way, &fields.email, mistakes)),
        Err(Err(error)) => failure::page_on_way(&visitor, error, &way),
    }
}

async fn act(app: &App, context: &RequestContext, fields: &Fields, way: &ReturnTo) -> Result<(), Error> {
    let email = Email::of_account("email", &fields.email)?;
    request_password_reset(app, &email, context.address, way.kept()).await
}

//! The page that requests a password reset.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::Form;
use http::StatusCode;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Mistakes, Visitor, show},
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
    mistakes: Mistakes,
}

pub(super) async fn get(visitor: Visitor) -> Response {
    let page = ForgotPassword { page: visitor.frame(), email: "", mistakes: Mistakes::default() };
    show(StatusCode::OK, &page)
}

/// Queues the e-mail if the address has an account. The response is the same in both cases.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Context(context): Context,
    Form(fields): Form<Fields>,
) -> Response {
    match act(&app, &context, &fields).await.map_err(|error| Mistakes::of(error, &visitor.texts)) {
        Ok(()) => see_other("/forgot-password/sent"),
        Err(Ok((status, mistakes))) => {
            show(status, &ForgotPassword { page: visitor.frame(), email: &fields.email, mistakes })
        }
        Err(Err(error)) => failure::page(&visitor, error),
    }
}

async fn act(app: &App, context: &RequestContext, fields: &Fields) -> Result<(), Error> {
    let email = Email::parse("email", &fields.email)?;
    request_password_reset(app, &email, context.address).await
}

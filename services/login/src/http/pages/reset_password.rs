//! The page to set a new password, opened by the link in the e-mail.

use askama::Template;
use axum::{extract::State, response::Response};
use chassis::http::{Form, Path, Query};
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Head, Mistakes, Visitor, show},
    return_to::ReturnTo,
};
use crate::{
    app::App,
    domain::password::NewPassword,
    error::Error,
    http::{origin::SameOrigin, see_other},
    usecase::sign_in::{
        find_return_to::find_return_to,
        reset_password::{find_password_reset, hash_password, reset_password},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    password: SecretString,
}

#[derive(Template)]
#[template(path = "reset_password.html")]
struct ResetPassword<'a> {
    page: Frame<'a>,
    token: &'a str,
    email: String,
    mistakes: Mistakes,
}

#[derive(Template)]
#[template(path = "password_changed.html")]
struct Done<'a> {
    page: Frame<'a>,
    sign_in_url: String,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Response {
    page(&app, &visitor, &token, Mistakes::none()).await
}

pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Path(token): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    // Read first, because the token is used up.
    let way: ReturnTo = find_return_to(&app, &token).await.unwrap_or_default().into();
    match act(&app, &token, &fields).await.map_err(|error| Mistakes::of(error, &visitor.texts)) {
        Ok(()) => see_other(&way.link("/password-changed")),
        Err(Ok(mistakes)) => page(&app, &visitor, &token, mistakes).await,
        Err(Err(error)) => failure::page(&visitor, error),
    }
}

pub(super) async fn done(visitor: Visitor, Query(way): Query<ReturnTo>) -> Response {
    show(StatusCode::OK, &Done { page: visitor.frame(), sign_in_url: way.link("/sign-in") })
}

async fn act(app: &App, token: &str, fields: &Fields) -> Result<(), Error> {
    let password = NewPassword::parse("password", &fields.password)?;
    let password = hash_password(app, token, password).await?;
    reset_password(app, token, &password).await
}

async fn page(app: &App, visitor: &Visitor, token: &str, (head, mistakes): (Head, Mistakes)) -> Response {
    match find_password_reset(app, token).await {
        Ok((user, _)) => show(head, &ResetPassword { page: visitor.frame(), token, email: user.email, mistakes }),
        Err(error) => failure::page(visitor, error),
    }
}

//! The page that accepts an invitation.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, IntoResponseParts, Response},
};
use chassis::{
    http::{Form, Path},
    id::TenantId,
};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Head, Mistakes, Visitor, show},
    return_to,
    sign_in::replace_session,
};
use crate::{
    app::App,
    domain::{email::Email, password::NewPassword, text},
    error::Error,
    http::{origin::SameOrigin, request_context::Context},
    usecase::{
        members::accept_invitation::{accept_invitation, find_invitation, hash_password},
        request_context::RequestContext,
        sessions::start_session::start_session,
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    display_name: String,
    password: SecretString,
}

#[derive(Template)]
#[template(path = "invitation.html")]
struct Accept<'a> {
    page: Frame<'a>,
    token: &'a str,
    tenant_name: String,
    email: String,
    display_name: &'a str,
    mistakes: Mistakes,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Response {
    page(&app, &visitor, &token, "", Mistakes::none()).await
}

/// Creates the person and signs them in.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Context(context): Context,
    Path(token): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    let error = match act(&app, &visitor, &context, &token, &fields).await {
        Ok((cookies, tenant_id)) => {
            let way = return_to::remembered(&app, &visitor);
            let next = return_to::offer(&app, &visitor, tenant_id, &way).await;
            return (cookies, next).into_response();
        }
        Err(error) => error,
    };
    match Mistakes::of(error, &visitor.texts) {
        Ok(mistakes) => page(&app, &visitor, &token, &fields.display_name, mistakes).await,
        Err(error) => failure::page(&visitor, error),
    }
}

async fn act(
    app: &App,
    visitor: &Visitor,
    context: &RequestContext,
    token: &str,
    fields: &Fields,
) -> Result<(impl IntoResponseParts + use<>, TenantId), Error> {
    let display_name = text::name("display_name", &fields.display_name);
    let password = NewPassword::parse("password", &fields.password);
    let (display_name, password) = match (display_name, password) {
        (Ok(display_name), Ok(password)) => (display_name, password),
        (display_name, password) => {
            return Err(Error::Invalid([display_name.err(), password.err()].into_iter().flatten().collect()));
        }
    };
    let password = hash_password(app, token, &display_name, password).await?;
    let mut tx = app.db.begin_unscoped().await?;
    let user = accept_invitation(app, &mut tx, token, display_name, &password).await?;
    let started = start_session(app, &mut tx, &user, context).await?;
    tx.commit().await?;
    let cookies = replace_session(app, visitor, context, &started, &Email::stored(&user.email)).await?;
    Ok((cookies, user.tenant_id))
}

async fn page(
    app: &App,
    visitor: &Visitor,
    token: &str,
    display_name: &str,
    (head, mistakes): (Head, Mistakes),
) -> Response {
    match find_invitation(app, token).await {
        Ok((invitation, tenant)) => {
            let tenant_name = tenant.shown_name().to_owned();
            let email = invitation.email;
            show(head, &Accept { page: visitor.frame(), token, tenant_name, email, display_name, mistakes })
        }
        Err(error) => failure::page(visitor, error),
    }
}

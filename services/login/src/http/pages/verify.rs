//! The page on which the new admin chooses a password, opened by the link in the e-mail.

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
        request_context::RequestContext,
        sessions::start_session::start_session,
        tenants::verify_sign_up::{find_return_to, find_sign_up, hash_password, verify_sign_up},
    },
};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Fields {
    password: SecretString,
}

#[derive(Template)]
#[template(path = "verify.html")]
struct Verify<'a> {
    page: Frame<'a>,
    token: &'a str,
    company_name: String,
    email: String,
    mistakes: Mistakes,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Response {
    page(&app, &visitor, &token, Mistakes::none()).await
}

/// Creates the tenant and signs its admin in.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Context(context): Context,
    Path(token): Path<String>,
    Form(fields): Form<Fields>,
) -> Response {
    // Read first, because the token is used up.
    let way = find_return_to(&app, &token).await.unwrap_or_default().into();
    let error = match act(&app, &visitor, &context, &token, &fields).await {
        Ok((cookies, tenant_id)) => {
            return (cookies, return_to::offer(&app, &visitor, tenant_id, &way).await).into_response();
        }
        // These errors cannot be corrected in this form.
        Err(error @ (Error::SlugTaken | Error::EmailTaken)) => return failure::page(&visitor, error),
        Err(error) => error,
    };
    match Mistakes::of(error, &visitor.texts) {
        Ok(mistakes) => page(&app, &visitor, &token, mistakes).await,
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
    let password = NewPassword::parse("password", &fields.password)?;
    let password = hash_password(app, token, password).await?;
    let mut tx = app.db.begin_unscoped().await?;
    let (_, user) = verify_sign_up(app, &mut tx, token, &password).await?;
    let started = start_session(app, &mut tx, &user, context).await?;
    tx.commit().await?;
    let cookies = replace_session(app, visitor, context, &started, &Email::stored(&user.email)).await?;
    Ok((cookies, user.tenant_id))
}

async fn page(app: &App, visitor: &Visitor, token: &str, (head, mistakes): (Head, Mistakes)) -> Response {
    match find_sign_up(app, token).await {
        Ok((details, admin)) => {
            let company_name = text::shown(&details.name, details.slug.as_str()).to_owned();
            let email = admin.email.as_str().to_owned();
            show(head, &Verify { page: visitor.frame(), token, company_name, email, mistakes })
        }
        Err(error) => failure::page(visitor, error),
    }
}

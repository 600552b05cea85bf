//! The sign-in page. It carries the authorization request in its address.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, IntoResponseParts, Response},
};
use chassis::http::{Form, Query, is_person_looking};
use http::{HeaderMap, Method};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    failure, leave,
    page::{Frame, Head, Mistakes, Visitor, show_redirecting_to},
    passkeys::SCRIPT,
    return_to::{self, ReturnTo},
};
use crate::{
    app::App,
    domain::email::Email,
    error::Error,
    http::{
        cookie,
        oidc::authorize::{request_in, supported},
        origin::SameOrigin,
        request_context::{Context, known_device},
    },
    usecase::{
        oauth::authorize::validate,
        request_context::RequestContext,
        sessions::{end_session::end_session, start_session::Started},
        sign_in::sign_in_by_password::sign_in_by_password,
    },
};

#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    page: Frame<'a>,
    action: String,
    /// URL to which the script posts a passkey's assertion. `None` if passkeys are not available.
    passkey_action: Option<String>,
    script_url: String,
    /// Name of the requesting client.
    client_name: Option<String>,
    email: &'a str,
    forgot_url: String,
    sign_up_url: String,
    mistakes: Mistakes,
}

pub(super) async fn get(
    State(app): State<App>,
    visitor: Visitor,
    (method, headers): (Method, HeaderMap),
    Query(way): Query<ReturnTo>,
) -> Response {
    let cookie = way.cookie(&app).filter(|_| is_person_looking(&method, &headers));
    (cookie, page(&app, &visitor, &way, None, Mistakes::none()).await).into_response()
}

/// Signs in and continues at `return_to`.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(way): Query<ReturnTo>,
    Context(context): Context,
    Form(fields): Form<Fields>,
) -> Response {
    let error = match act(&app, &visitor, &context, &fields).await {
        Ok(cookies) => {
            let next = leave::after_form(&visitor, way.request().unwrap_or("/"));
            return (cookies, next).into_response();
        }
        Err(error) => error,
    };
    match Mistakes::of(error, &visitor.texts) {
        Ok(mistakes) => page(&app, &visitor, &way, Some(&fields.email), mistakes).await,
        Err(error) => failure::page_on_way(&visitor, error, &way),
    }
}

async fn act(
    app: &App,
    visitor: &Visitor,
    context: &RequestContext,
    fields: &Fields,
) -> Result<impl IntoResponseParts + use<>, Error> {
    let email = Email::of_account("email", &fields.email)?;
    let started = sign_in_by_password(app, &email, fields.password.clone(), context).await?;
    replace_session(app, visitor, context, &started, &email).await
}

/// Sets the session cookie and the device cookie, and deletes the cookie of the way back, which was kept for this
/// sign-in. Ends the session that this browser had before (ASVS 7.2.4): no cookie reaches it any more, so nobody could
/// sign out of it.
pub(super) async fn replace_session(
    app: &App,
    visitor: &Visitor,
    context: &RequestContext,
    started: &Started,
    email: &Email,
) -> Result<impl IntoResponseParts + use<>, Error> {
    if let Some(before) = &visitor.signed_in {
        end_session(app, before.tenant.tenant_id, before.session.session_id, None).await?;
    }
    let device = known_device(app, context, email);
    Ok((cookie::added(&app.issuer, started), device, return_to::forgotten(app, visitor)))
}

async fn page(
    app: &App,
    visitor: &Visitor,
    way: &ReturnTo,
    email: Option<&str>,
    (head, mistakes): (Head, Mistakes),
) -> Response {
    let request = match way.request().and_then(request_in) {
        Some(parameters) => validate(app, &supported(&parameters)).await.ok(),
        None => None,
    };
    let hint = request.as_ref().and_then(|request| request.login_hint.as_deref());
    let template = SignIn {
        page: visitor.frame(),
        action: way.link("/sign-in"),
        passkey_action: app.passkeys.is_some().then(|| way.link("/sign-in/passkey")),
        script_url: SCRIPT.url(),
        client_name: request.as_ref().map(|request| request.client_name().to_owned()),
        email: email.or(hint).unwrap_or_default(),
        forgot_url: way.link("/forgot-password"),
        sign_up_url: way.link("/sign-up"),
        mistakes,
    };
    show_redirecting_to(head, &template, request.as_ref().and_then(|request| request.redirect.origin()))
}

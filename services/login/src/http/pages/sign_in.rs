//! The sign-in page. It carries the authorization request in its address.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, IntoResponseParts, Response},
};
use chassis::http::{Form, Query};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    failure,
    page::{Frame, Head, Mistakes, Visitor, show_redirecting_to},
    passkeys::SCRIPT,
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
        see_other,
    },
    usecase::{
        oauth::authorize::validate,
        request_context::RequestContext,
        sessions::{end_session::end_session, start_session::Started},
        sign_in::sign_in_by_password::sign_in_by_password,
    },
};

/// Query parameters.
#[derive(Deserialize)]
pub(super) struct Address {
    return_to: Option<String>,
}

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
    mistakes: Mistakes,
}

pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(address): Query<Address>) -> Response {
    page(&app, &visitor, &address, None, Mistakes::none()).await
}

/// Signs in and redirects to `return_to`.
pub(super) async fn post(
    State(app): State<App>,
    visitor: Visitor,
    _: SameOrigin,
    Query(address): Query<Address>,
    Context(context): Context,
    Form(fields): Form<Fields>,
) -> Response {
    let error = match act(&app, &visitor, &context, &fields).await {
        Ok(cookies) => return (cookies, see_other(destination(&address))).into_response(),
        Err(error) => error,
    };
    match Mistakes::of(error, &visitor.texts) {
        Ok(mistakes) => page(&app, &visitor, &address, Some(&fields.email), mistakes).await,
        Err(error) => failure::page(&visitor, error),
    }
}

async fn act(
    app: &App,
    visitor: &Visitor,
    context: &RequestContext,
    fields: &Fields,
) -> Result<impl IntoResponseParts + use<>, Error> {
    let email = Email::parse("email", &fields.email)?;
    let started = sign_in_by_password(app, &email, fields.password.clone(), context).await?;
    replace_session(app, visitor, context, &started, &email).await
}

/// Sets the session cookie and the device cookie. Ends the session that this browser had before (ASVS 7.2.4): no cookie
/// reaches it any more, so nobody could sign out of it.
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
    Ok((cookie::added(&app.issuer, started), known_device(app, context, email)))
}

async fn page(
    app: &App,
    visitor: &Visitor,
    address: &Address,
    email: Option<&str>,
    (head, mistakes): (Head, Mistakes),
) -> Response {
    let request = match address.return_to.as_deref().and_then(request_in) {
        Some(parameters) => validate(app, &supported(&parameters)).await.ok(),
        None => None,
    };
    let hint = request.as_ref().and_then(|request| request.login_hint.as_deref());
    let query = |return_to: &String| {
        let pairs = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish();
        format!("?{pairs}")
    };
    let query = address.return_to.as_ref().map(query).unwrap_or_default();
    let template = SignIn {
        page: visitor.frame(),
        action: format!("/sign-in{query}"),
        passkey_action: app.passkeys.is_some().then(|| format!("/sign-in/passkey{query}")),
        script_url: SCRIPT.url(),
        client_name: request.as_ref().map(|request| request.client_name().to_owned()),
        email: email.or(hint).unwrap_or_default(),
        mistakes,
    };
    show_redirecting_to(head, &template, request.as_ref().and_then(|request| request.redirect.origin()))
}

/// Redirect target after sign-in: an authorization request, otherwise the home page.
pub(super) fn destination(address: &Address) -> &str {
    address.return_to.as_deref().filter(|return_to| request_in(return_to).is_some()).unwrap_or("/")
}

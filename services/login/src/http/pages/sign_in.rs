//! The page to sign in. It keeps the request that made a person sign in, in its own address.

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
    page::{Frame, Head, Mistakes, Visitor, show_leading_to},
    passkeys::SCRIPT,
};
use crate::{
    app::App,
    domain::email::Email,
    error::Error,
    http::{
        cookie,
        oidc::authorize::{kept_request, understood},
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

/// What stands in the page's address.
#[derive(Deserialize)]
pub(super) struct Address {
    return_to: Option<String>,
}

/// What the form holds.
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
    /// Where the script sends a passkey's answer; none where there can be none.
    passkey_action: Option<String>,
    script_url: String,
    /// The client that sent the person here.
    client_name: Option<String>,
    email: &'a str,
    mistakes: Mistakes,
}

/// Shows the page.
pub(super) async fn get(State(app): State<App>, visitor: Visitor, Query(address): Query<Address>) -> Response {
    page(&app, &visitor, &address, None, Mistakes::none()).await
}

/// Signs in, and goes on to where the person was going.
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
    welcome(app, visitor, context, &started, &email).await
}

/// Gives the browser the new session, in place of whoever was signed in on it before, and makes it a known device.
pub(super) async fn welcome(
    app: &App,
    visitor: &Visitor,
    context: &RequestContext,
    started: &Started,
    email: &Email,
) -> Result<impl IntoResponseParts + use<>, Error> {
    // A browser holds one cookie: when someone else signs in, whoever was there before has left.
    let before = visitor.signed_in.as_ref().filter(|before| before.user.user_id != started.session.user_id);
    if let Some(before) = before {
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
    let request = match address.return_to.as_deref().and_then(kept_request) {
        Some(parameters) => validate(app, &understood(&parameters)).await.ok(),
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
    show_leading_to(head, &template, request.as_ref().and_then(|request| request.redirect.origin()))
}

/// Only the one place that sends people here is gone back to; everything else leads home.
pub(super) fn destination(address: &Address) -> &str {
    address.return_to.as_deref().filter(|return_to| kept_request(return_to).is_some()).unwrap_or("/")
}

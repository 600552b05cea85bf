//! Sign-in and sign-out: `GET /auth/sign-in`, `GET /auth/callback`, `POST /auth/sign-out`.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use chassis::{
    http::{Query, html, is_nameable, wants_page},
    sign_in::{Callback, CallbackQuery, Failure, Reason, SignInQuery},
    text::Locale,
};

use super::{
    view::{ContinuePage, Layout, texts},
    visitor::MaybeSignedIn,
};
use crate::{
    app::App,
    usecase::sessions::{
        complete_sign_in::{SignInError, complete_sign_in},
        sign_out,
    },
};

/// Redirects the browser to login.
pub(super) async fn sign_in(
    State(app): State<App>,
    browser: MaybeSignedIn,
    headers: HeaderMap,
    Query(query): Query<SignInQuery>,
) -> Response {
    app.sign_in.begin(&headers, query.return_to.as_deref(), browser.locale)
}

/// Exchanges login's code for a browser session.
pub(super) async fn callback(
    State(app): State<App>,
    browser: MaybeSignedIn,
    headers: HeaderMap,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Failure> {
    let callback = app.sign_in.callback(&headers, query, browser.visitor.is_some(), browser.locale)?;
    let authorized = match callback {
        Callback::Authorized(authorized) => authorized,
        Callback::Redirect(response) => return Ok(response),
    };
    let before = browser.visitor.as_ref().map(|visitor| &visitor.session);
    let session = complete_sign_in(&app, &authorized, before).await.map_err(|error| {
        tracing::warn!(error = chassis::error::chain(&error), "sign-in failed");
        match error {
            SignInError::Token(error) => authorized.failed(Reason::from(&error)),
            SignInError::Ended => authorized.failed(Reason::Refused),
            SignInError::Store(error) => error.into(),
        }
    })?;
    Ok(app.sign_in.signed_in(&authorized, &session))
}

pub(super) async fn sign_out(
    State(app): State<App>,
    browser: MaybeSignedIn,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let location = match &browser.visitor {
        Some(visitor) => sign_out::sign_out(&app, &visitor.session).await?,
        None => "/".to_owned(),
    };
    let cookies = app.sign_in.cookies();
    let cookie = cookies.clear(cookies.session_name());
    Ok((AppendHeaders([cookie]), to_login(&app, browser.locale, &headers, location)).into_response())
}

/// Leads from the form of a sign-out to login. If the policy of the form's page cannot name login, Chromium stops at a
/// redirect, so that a browser gets a page that continues by itself.
fn to_login(app: &App, locale: Locale, headers: &HeaderMap, location: String) -> Response {
    if is_nameable(&app.config.issuer.login_public_url.origin()) || !wants_page(headers) {
        return Redirect::to(&location).into_response();
    }
    html(&ContinuePage { layout: Layout::new(texts(locale), None), location })
}

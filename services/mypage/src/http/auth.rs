//! Sign-in and sign-out: GET /auth/sign-in, GET /auth/callback, POST /auth/sign-out.

use axum::{
    extract::State,
    http::HeaderMap,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use chassis::{
    http::{Query, html, is_nameable, wants_page},
    text::Locale,
};
use serde::Deserialize;

use super::{
    cookies::{Cookies, SetCookie},
    failure::{Failure, SignInFailure},
    pending::{Room, make_room},
    view::{ContinuePage, Layout, texts},
    visitor::MaybeSignedIn,
};
use crate::{
    app::App,
    peers::oidc::TokenError,
    usecase::{
        complete_sign_in::{SignInError, complete_sign_in},
        sign_in::{self, Pending, SignInStart},
        sign_out,
    },
};

#[derive(Deserialize)]
pub(super) struct SignInQuery {
    return_to: Option<String>,
}

/// Redirects the browser to login.
pub(super) async fn sign_in(
    State(app): State<App>,
    State(cookies): State<Cookies>,
    jar: CookieJar,
    browser: MaybeSignedIn,
    Query(query): Query<SignInQuery>,
) -> Response {
    let Room { slot, removed } = make_room(&app, &cookies, &jar);
    let start = sign_in::sign_in(&app, query.return_to.as_deref(), browser.locale.as_str(), slot);
    to_login_to_sign_in(&cookies, removed, &start)
}

fn to_login_to_sign_in(cookies: &Cookies, mut set: Vec<SetCookie>, start: &SignInStart) -> Response {
    set.push(cookies.set_pending(&start.state, &start.cookie_value));
    (AppendHeaders(set), Redirect::to(&start.location)).into_response()
}

/// The authorization response (RFC 6749, section 4.1.2; `iss`: RFC 9207).
#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Exchanges login's code for a browser session. A browser that did not begin this sign-in begins its own: an e-mail with
/// the way back may be opened in another browser than the one that asked for it.
pub(super) async fn callback(
    State(app): State<App>,
    State(cookies): State<Cookies>,
    jar: CookieJar,
    browser: MaybeSignedIn,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Failure> {
    let state = query.state.unwrap_or_default();
    let name = cookies.pending_name(&state);
    let (cookie, now) = (jar.get(&name).map(Cookie::value), app.clock.now());
    let way_back = cookie.and_then(|value| Pending::way_back(&app.sealer, value, &state));
    let failed = |failure| Failure::SignIn(failure, way_back);
    let is_of_login = query.iss.as_deref() == Some(app.oidc.issuer().as_str());
    let Some(pending) = cookie.and_then(|value| Pending::open(&app.sealer, value, &state, now)) else {
        if browser.visitor.is_some() {
            // Another tab has signed in since, and the sign-in of this one was given up.
            return Ok(Redirect::to("/").into_response());
        }
        // No cookie, or that of another sign-in.
        let is_unknown = cookie.is_none_or(|value| Pending::expires_at(&app.sealer, value, now).is_some());
        let begins_again = is_unknown && is_of_login && query.code.is_some();
        let Room { slot, removed } = make_room(&app, &cookies, &jar);
        let start = begins_again.then(|| sign_in::sign_in_again(&app, &state, browser.locale.as_str(), slot)).flatten();
        return match start {
            Some(start) => Ok(to_login_to_sign_in(&cookies, removed, &start)),
            None => Err(failed(SignInFailure::Expired)),
        };
    };
    // RFC 9207: rejects the response of another authorization server.
    if !is_of_login {
        return Err(failed(SignInFailure::Refused));
    }
    if let Some(error) = query.error {
        tracing::info!(error, "login returned an authorization error");
        let unavailable = error == "temporarily_unavailable";
        return Err(failed(if unavailable { SignInFailure::Unavailable } else { SignInFailure::Refused }));
    }
    let Some(code) = query.code else { return Err(failed(SignInFailure::Refused)) };
    let before = browser.visitor.as_ref().map(|visitor| &visitor.session);
    let session = complete_sign_in(&app, &pending, &code, before).await.map_err(|error| {
        tracing::warn!(error = chassis::error::chain(&error), "sign-in failed");
        match error {
            SignInError::Token(TokenError::Unavailable(_)) => failed(SignInFailure::Unavailable),
            SignInError::Token(_) | SignInError::Ended => failed(SignInFailure::Refused),
            SignInError::Store(error) => error.into(),
        }
    })?;
    let headers = AppendHeaders([cookies.set_session(&session), cookies.clear(&name)]);
    Ok((headers, Redirect::to(&pending.return_to)).into_response())
}

pub(super) async fn sign_out(
    State(app): State<App>,
    State(cookies): State<Cookies>,
    browser: MaybeSignedIn,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let location = match &browser.visitor {
        Some(visitor) => sign_out::sign_out(&app, &visitor.session).await?,
        None => "/".to_owned(),
    };
    let cookie = cookies.clear(cookies.session_name());
    Ok((AppendHeaders([cookie]), to_login(&app, browser.locale, &headers, location)).into_response())
}

/// Leads from the form of a sign-out to login. If the policy of the form's page cannot name login, Chromium stops at a
/// redirect, so that a browser gets a page that continues by itself.
fn to_login(app: &App, locale: Locale, headers: &HeaderMap, location: String) -> Response {
    if is_nameable(&app.config.issuer.login_public_url.origin()) || !wants_page(headers) {
        return Redirect::to(&location).into_response();
    }
    html(&ContinuePage { layout: Layout::new(app, texts(locale), None), location })
}

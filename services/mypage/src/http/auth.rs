//! Sign-in and sign-out: GET /auth/sign-in, GET /auth/callback, POST /auth/sign-out.

use axum::{
    extract::State,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chassis::http::Query;
use serde::Deserialize;

use super::{
    cookies::Cookies,
    failure::{Failure, SignInFailure},
    pending::{Room, make_room},
    visitor::MaybeSignedIn,
};
use crate::{
    app::App,
    peers::oidc::TokenError,
    usecase::{
        complete_sign_in::{SignInError, complete_sign_in},
        sign_in::{self, Pending},
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
    let Room { slot, removed: mut set } = make_room(&app, &cookies, &jar);
    let start = sign_in::sign_in(&app, query.return_to.as_deref(), browser.locale.as_str(), slot);
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

/// Exchanges login's code for a browser session.
pub(super) async fn callback(
    State(app): State<App>,
    State(cookies): State<Cookies>,
    jar: CookieJar,
    browser: MaybeSignedIn,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Failure> {
    let state = query.state.unwrap_or_default();
    let name = cookies.pending_name(&state);
    let pending = jar.get(&name).and_then(|cookie| Pending::open(&app.sealer, cookie.value(), &state, app.clock.now()));
    if pending.is_none() && browser.visitor.is_some() {
        // Another tab has signed in since, and the sign-in of this one was given up.
        return Ok(Redirect::to("/").into_response());
    }
    let pending = pending.ok_or(SignInFailure::Expired)?;
    // RFC 9207: rejects the response of another authorization server.
    if query.iss.as_deref() != Some(app.oidc.issuer().as_str()) {
        return Err(SignInFailure::Refused.into());
    }
    if let Some(error) = query.error {
        tracing::info!(error, "login returned an authorization error");
        let unavailable = error == "temporarily_unavailable";
        return Err(if unavailable { SignInFailure::Unavailable } else { SignInFailure::Refused }.into());
    }
    let code = query.code.ok_or(SignInFailure::Refused)?;
    let before = browser.visitor.as_ref().map(|visitor| &visitor.session);
    let session = complete_sign_in(&app, &pending, &code, before).await.map_err(|error| {
        tracing::warn!(error = chassis::error::chain(&error), "sign-in failed");
        match error {
            SignInError::Token(TokenError::Unavailable(_)) => Failure::from(SignInFailure::Unavailable),
            SignInError::Token(_) | SignInError::Ended => SignInFailure::Refused.into(),
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
) -> Result<Response, Failure> {
    let location = match &browser.visitor {
        Some(visitor) => sign_out::sign_out(&app, &visitor.session).await?,
        None => "/".to_owned(),
    };
    let cookie = cookies.clear(cookies.session_name());
    Ok((AppendHeaders([cookie]), Redirect::to(&location)).into_response())
}

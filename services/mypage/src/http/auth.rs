//! Signing in and out: GET /auth/sign-in, GET /auth/callback, POST /auth/sign-out.

use axum::{
    extract::State,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use chassis::http::Query;
use serde::Deserialize;

use super::{
    failure::{Failure, SignInFailure},
    visitor::Guest,
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

/// Sends the browser to login.
pub(super) async fn sign_in(State(app): State<App>, guest: Guest, Query(query): Query<SignInQuery>) -> Response {
    let begun = sign_in::sign_in(&app, query.return_to.as_deref(), guest.locale.as_str());
    let cookie = app.cookies.begun(&begun.cookie_name, &begun.cookie_value);
    (AppendHeaders([cookie]), Redirect::to(&begun.location)).into_response()
}

/// What login answers with.
#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Turns login's answer into a session of this browser.
pub(super) async fn callback(
    State(app): State<App>,
    cookies: CookieJar,
    Query(query): Query<CallbackQuery>,
) -> Result<Response, Failure> {
    let state = query.state.unwrap_or_default();
    let name = app.cookies.pending(&state);
    let pending = cookies
        .get(&name)
        .and_then(|cookie| Pending::open(&app.sealer, cookie.value(), &state, app.clock.now()))
        .ok_or(SignInFailure::Expired)?;
    // RFC 9207: the answer of another server is not taken for login's.
    if query.iss.as_deref() != Some(app.oidc.issuer().as_str()) {
        return Err(SignInFailure::Refused.into());
    }
    if let Some(error) = query.error {
        tracing::info!(error, "sign-in not granted");
        let unavailable = error == "temporarily_unavailable";
        return Err(if unavailable { SignInFailure::Unavailable } else { SignInFailure::Refused }.into());
    }
    let code = query.code.ok_or(SignInFailure::Refused)?;
    let session = complete_sign_in(&app, &pending, &code).await.map_err(|error| {
        tracing::warn!(error = chassis::error::chain(&error), "sign-in failed");
        match error {
            SignInError::Token(TokenError::Unavailable(_)) => Failure::from(SignInFailure::Unavailable),
            SignInError::Token(_) | SignInError::Ended => SignInFailure::Refused.into(),
            SignInError::Store(error) => error.into(),
        }
    })?;
    let cookies = AppendHeaders([app.cookies.signed_in(&session), app.cookies.gone(&name)]);
    Ok((cookies, Redirect::to(&pending.return_to)).into_response())
}

/// Signs out here, then at login.
pub(super) async fn sign_out(State(app): State<App>, guest: Guest) -> Result<Response, Failure> {
    let location = match &guest.visitor {
        Some(visitor) => sign_out::sign_out(&app, &visitor.session).await?,
        None => "/".to_owned(),
    };
    let cookie = app.cookies.gone(app.cookies.session());
    Ok((AppendHeaders([cookie]), Redirect::to(&location)).into_response())
}

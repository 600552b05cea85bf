//! The sign-in of a product's pages at login, by the authorization code flow with PKCE, state and nonce.
//!
//! To add a sign-in to a product:
//! 1. Build an [`Oidc`] client and a [`SignIn`] in `App::new`.
//! 2. Route `GET /auth/sign-in` to [`SignIn::begin`] and `GET /auth/callback` to [`SignIn::callback`], each behind
//!    [`not_ahead_of_time`](crate::http::not_ahead_of_time). Store a session with the hash of a random token, then answer
//!    with [`SignIn::signed_in`].
//! 3. Return [`Failure`] from pages, and put [`show_failures`] around the routes.
//! 4. Put [`same_origin`](crate::http::same_origin) and [`same_session`](crate::http::same_session) around the routes: they
//!    check each form.
//! 5. Route `POST /auth/sign-out`: end the session, remove the cookie by [`Cookies::clear`], and redirect to
//!    [`Oidc::logout_url`].
//! 6. Consume `login.session.v1`, so that a session that ends at login ends at the product, too.
//!
//! Nothing of a sign-in in progress is stored: its state is in an encrypted cookie. A browser gets no token.

use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum_extra::extract::{CookieJar, cookie::Cookie};
use http::HeaderMap;
use serde::Deserialize;

pub use self::{
    cookies::{Cookies, SESSION_LIFETIME, SetCookie},
    failure::{FailedSignIn, Failure, Reason, show_failures},
};
use self::{
    pending::Pending,
    room::{Room, make_room},
};
use crate::{
    clock::Clock,
    config::PublicUrl,
    oidc::{Challenge, Exchanged, Oidc, TokenError},
    secret::{self, Sealer},
    text::Locale,
};

mod cookies;
mod failure;
mod pending;
mod room;

/// The end of the state of a sign-in that was started again. No other state contains a dot.
const AGAIN: &str = ".again";

/// Starts and completes sign-ins. Clones share the client of login.
#[derive(Clone)]
pub struct SignIn {
    oidc: Oidc,
    sealer: Sealer,
    cookies: Cookies,
    clock: Clock,
}

/// The query of `GET /auth/sign-in`.
#[derive(Debug, Deserialize)]
pub struct SignInQuery {
    /// The path of the page to return to.
    pub return_to: Option<String>,
}

/// The authorization response (RFC 6749, section 4.1.2; `iss`: RFC 9207), the query of `GET /auth/callback`.
#[derive(Debug, Deserialize)]
pub struct CallbackQuery {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// What follows from an authorization response.
pub enum Callback {
    /// Exchange the code by [`SignIn::exchange`].
    Authorized(Authorized),
    /// Answer with this redirect: to the product, or to a new sign-in.
    Redirect(Response),
}

/// A sign-in of this browser that login has confirmed.
pub struct Authorized {
    pending: Pending,
    code: String,
    cookie_name: String,
}

impl Authorized {
    /// The failure of this sign-in, which can be repeated with its path.
    pub fn failed(&self, reason: Reason) -> Failure {
        Failure::SignIn(FailedSignIn { reason, return_to: Some(self.pending.return_to.clone()) })
    }
}

impl SignIn {
    /// Signs in to `product` at its public URL. The sealer encrypts the state of sign-ins in progress.
    pub fn new(product: &str, public_url: &PublicUrl, oidc: Oidc, sealer: Sealer, clock: Clock) -> Self {
        Self { oidc, sealer, cookies: Cookies::new(product, public_url), clock }
    }

    /// The cookies of the product.
    pub fn cookies(&self) -> &Cookies {
        &self.cookies
    }

    /// Redirects the browser to login. It returns to the path if that is one of the product.
    pub fn begin(&self, headers: &HeaderMap, return_to: Option<&str>, locale: Locale) -> Response {
        let Room { slot, removed } = self.make_room(headers);
        self.start(return_to, locale, format!("{slot}{}", secret::random_token()), removed)
    }

    /// Reads login's response. A browser that did not begin this sign-in begins its own: an e-mail with the way back may be
    /// opened in another browser than the one that asked for it.
    ///
    /// # Errors
    /// [`Failure::SignIn`], when login refused the sign-in or its state is unknown or has expired.
    pub fn callback(
        &self,
        headers: &HeaderMap,
        query: CallbackQuery,
        signed_in: bool,
        locale: Locale,
    ) -> Result<Callback, Failure> {
        let jar = CookieJar::from_headers(headers);
        let state = query.state.unwrap_or_default();
        let cookie_name = self.cookies.pending_name(&state);
        let (cookie, now) = (jar.get(&cookie_name).map(Cookie::value), self.clock.now());
        let return_to = cookie.and_then(|value| Pending::way_back(&self.sealer, value, &state));
        let failed = |reason| Failure::SignIn(FailedSignIn { reason, return_to });
        let is_of_login = query.iss.as_deref() == Some(self.oidc.issuer().as_str());
        let Some(pending) = cookie.and_then(|value| Pending::open(&self.sealer, value, &state, now)) else {
            if signed_in {
                // Another tab has signed in since, and the sign-in of this one was given up.
                return Ok(Callback::Redirect(Redirect::to("/").into_response()));
            }
            // No cookie, or that of another sign-in.
            let is_unknown = cookie.is_none_or(|value| Pending::expires_at(&self.sealer, value, now).is_some());
            let begins_again = is_unknown && is_of_login && query.code.is_some();
            return match begins_again.then(|| self.begin_again(headers, &state, locale)).flatten() {
                Some(response) => Ok(Callback::Redirect(response)),
                None => Err(failed(Reason::Expired)),
            };
        };
        // RFC 9207: rejects the response of another authorization server.
        if !is_of_login {
            return Err(failed(Reason::Refused));
        }
        if let Some(error) = query.error {
            tracing::info!(error, "login returned an authorization error");
            let unavailable = error == "temporarily_unavailable";
            return Err(failed(if unavailable { Reason::Unavailable } else { Reason::Refused }));
        }
        let Some(code) = query.code else { return Err(failed(Reason::Refused)) };
        Ok(Callback::Authorized(Authorized { pending, code, cookie_name }))
    }

    /// Exchanges the code for the claims of the person and the tokens.
    ///
    /// # Errors
    /// As [`Oidc::exchange`].
    pub async fn exchange(&self, authorized: &Authorized) -> Result<Exchanged, TokenError> {
        let Pending { code_verifier, nonce, .. } = &authorized.pending;
        self.oidc.exchange(&authorized.code, code_verifier, nonce).await
    }

    /// Gives the browser its session cookie, and redirects it to the page that it wanted to open.
    pub fn signed_in(&self, authorized: &Authorized, session: &str) -> Response {
        let headers = [self.cookies.set_session(session), self.cookies.clear(&authorized.cookie_name)];
        (AppendHeaders(headers), Redirect::to(&authorized.pending.return_to)).into_response()
    }

    /// Starts a sign-in again whose state this browser does not have: the person may have begun in another browser. The
    /// person is signed in at login already, so that no page is shown. `None` for a sign-in that was started again: the
    /// browser accepts no cookies, and would be redirected for ever.
    fn begin_again(&self, headers: &HeaderMap, lost_state: &str, locale: Locale) -> Option<Response> {
        let is_first = !lost_state.ends_with(AGAIN);
        is_first.then(|| {
            let Room { slot, removed } = self.make_room(headers);
            self.start(None, locale, format!("{slot}{}{AGAIN}", secret::random_token()), removed)
        })
    }

    fn make_room(&self, headers: &HeaderMap) -> Room {
        make_room(&self.sealer, &self.cookies, &CookieJar::from_headers(headers), self.clock.now())
    }

    fn start(&self, return_to: Option<&str>, locale: Locale, state: String, mut set: Vec<SetCookie>) -> Response {
        let pending = Pending::new(state, return_to, self.clock.now());
        let location = self.oidc.authorize_url(&Challenge {
            state: &pending.state,
            nonce: &pending.nonce,
            code_challenge: &pending.code_challenge(),
            locale: locale.as_str(),
        });
        set.push(self.cookies.set_pending(&pending.state, &pending.seal(&self.sealer)));
        (AppendHeaders(set), Redirect::to(&location)).into_response()
    }
}

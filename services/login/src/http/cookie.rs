//! The cookie that a signed-in browser holds, and what all cookies of login have in common.

use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use chassis::config::PublicUrl;
use chrono::Duration;
use http::{HeaderName, header};

use crate::{domain::session::LIFETIME, usecase::sessions::start_session::Started};

/// A part of a response that sets the cookie.
pub(crate) type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

const SESSION: &str = "login_session";

/// The session's token, if the browser holds one.
pub(crate) fn token<'a>(jar: &'a CookieJar, issuer: &PublicUrl) -> Option<&'a str> {
    value(jar, issuer, SESSION).filter(|token| !token.is_empty())
}

/// Gives the browser a new session.
pub(crate) fn added(issuer: &PublicUrl, started: &Started) -> SetCookie {
    set(issuer, SESSION, &started.token, LIFETIME)
}

/// Takes the session away from the browser.
pub(crate) fn removed(issuer: &PublicUrl) -> SetCookie {
    set(issuer, SESSION, "", Duration::zero())
}

/// What the browser holds by that name.
pub(super) fn value<'a>(jar: &'a CookieJar, issuer: &PublicUrl, cookie: &str) -> Option<&'a str> {
    jar.get(&name(issuer, cookie)).map(|cookie| cookie.value())
}

/// Out of reach of scripts. Lax, not Strict: a client sends the browser here from another site, and the person is to be known
/// again.
pub(super) fn set(issuer: &PublicUrl, cookie: &str, value: &str, lifetime: Duration) -> SetCookie {
    let (name, seconds) = (name(issuer, cookie), lifetime.num_seconds());
    let secure = if issuer.is_https() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

/// `__Host-` binds the cookie to this very host, and works over TLS only.
fn name(issuer: &PublicUrl, cookie: &str) -> String {
    let prefix = if issuer.is_https() { "__Host-" } else { "" };
    format!("{prefix}{cookie}")
}

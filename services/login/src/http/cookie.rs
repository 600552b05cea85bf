//! The cookie that a signed-in browser holds.

use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use chassis::config::PublicUrl;
use http::{HeaderName, header};

use crate::{domain::session::LIFETIME, usecase::start_session::Started};

/// A part of a response that sets the cookie.
pub(crate) type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

/// `__Host-` binds the cookie to this very host, and works over TLS only.
fn name(issuer: &PublicUrl) -> &'static str {
    if issuer.is_https() { "__Host-login_session" } else { "login_session" }
}

/// The session's token, if the browser holds one.
pub(crate) fn token<'a>(jar: &'a CookieJar, issuer: &PublicUrl) -> Option<&'a str> {
    jar.get(name(issuer)).map(|cookie| cookie.value()).filter(|token| !token.is_empty())
}

/// Gives the browser a new session.
pub(crate) fn added(issuer: &PublicUrl, started: &Started) -> SetCookie {
    build(issuer, &started.token, LIFETIME.num_seconds())
}

/// Takes the session away from the browser.
pub(crate) fn removed(issuer: &PublicUrl) -> SetCookie {
    build(issuer, "", 0)
}

/// Lax, not Strict: a client sends the browser here from another site, and the person is to be known again.
fn build(issuer: &PublicUrl, value: &str, seconds: i64) -> SetCookie {
    let secure = if issuer.is_https() { "; Secure" } else { "" };
    let cookie = format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", name(issuer));
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

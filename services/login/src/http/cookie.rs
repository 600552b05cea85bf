//! The session cookie, and the attributes of all cookies of login.

use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use chassis::config::PublicUrl;
use chrono::Duration;
use http::{HeaderName, header};

use crate::{domain::session::LIFETIME, usecase::sessions::start_session::Started};

/// Response part that sets one cookie.
pub(crate) type SetCookie = AppendHeaders<[(HeaderName, String); 1]>;

const SESSION: &str = "login_session";

/// The name of the session cookie.
pub(crate) fn session_name(issuer: &PublicUrl) -> String {
    name(issuer, SESSION)
}

/// Reads the session token.
pub(crate) fn token<'a>(jar: &'a CookieJar, issuer: &PublicUrl) -> Option<&'a str> {
    value(jar, issuer, SESSION).filter(|token| !token.is_empty())
}

/// Sets the cookie of a new session.
pub(crate) fn added(issuer: &PublicUrl, started: &Started) -> SetCookie {
    set(issuer, SESSION, &started.token, LIFETIME)
}

/// Deletes the session cookie.
pub(crate) fn removed(issuer: &PublicUrl) -> SetCookie {
    set(issuer, SESSION, "", Duration::zero())
}

/// Reads a cookie of login by its name without prefix.
pub(super) fn value<'a>(jar: &'a CookieJar, issuer: &PublicUrl, cookie: &str) -> Option<&'a str> {
    jar.get(&name(issuer, cookie)).map(|cookie| cookie.value())
}

/// Builds a cookie that scripts cannot read. `Lax`, not `Strict`: clients redirect the browser here from other sites, and the
/// session cookie must be sent then.
pub(super) fn set(issuer: &PublicUrl, cookie: &str, value: &str, lifetime: Duration) -> SetCookie {
    let (name, seconds) = (name(issuer, cookie), lifetime.num_seconds());
    let secure = if issuer.is_https() { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    AppendHeaders([(header::SET_COOKIE, cookie)])
}

/// `__Host-` binds the cookie to this host. It works over TLS only.
fn name(issuer: &PublicUrl, cookie: &str) -> String {
    let prefix = if issuer.is_https() { "__Host-" } else { "" };
    format!("{prefix}{cookie}")
}

//! The cookies of a product's pages: not readable by scripts (HttpOnly), not sent with forms of other sites (SameSite).

use std::sync::Arc;

use chrono::Duration;
use http::{HeaderName, header::SET_COOKIE};

use super::pending::SIGN_IN_REMEMBERED;
use crate::config::PublicUrl;

/// The lifetime of a browser session; login may end it earlier.
pub const SESSION_LIFETIME: Duration = Duration::days(30);

/// A `Set-Cookie` header, for axum's `AppendHeaders`.
pub type SetCookie = (HeaderName, String);

/// Names and makes the cookies of a product. Over https, `Secure` and the `__Host-` prefix bind them to its host and to TLS.
#[derive(Clone, Debug)]
pub struct Cookies {
    secure: bool,
    session: Arc<str>,
    pending: Arc<str>,
}

impl Cookies {
    /// Names the cookies after the product.
    pub fn new(product: &str, public_url: &PublicUrl) -> Self {
        let secure = public_url.is_https();
        let prefix = if secure { "__Host-" } else { "" };
        let (session, pending) = (format!("{prefix}{product}_session"), format!("{prefix}{product}_sign_in_"));
        Self { secure, session: session.into(), pending: pending.into() }
    }

    /// The name of the session cookie.
    pub fn session_name(&self) -> &str {
        &self.session
    }

    /// The session cookie with a token whose hash the product stores.
    pub fn set_session(&self, token: &str) -> SetCookie {
        self.set(self.session_name(), token, SESSION_LIFETIME)
    }

    /// Removes a cookie from the browser.
    pub fn clear(&self, name: &str) -> SetCookie {
        self.set(name, "", Duration::zero())
    }

    /// The name of the cookie of a sign-in in progress.
    pub(super) fn pending_name(&self, state: &str) -> String {
        // The state of a callback is user input: drops the characters that a cookie name cannot have.
        let state: String = state.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        format!("{}{state}", self.pending)
    }

    pub(super) fn set_pending(&self, state: &str, value: &str) -> SetCookie {
        self.set(&self.pending_name(state), value, SIGN_IN_REMEMBERED)
    }

    /// Values are base64url, so they need no quoting.
    fn set(&self, name: &str, value: &str, age: Duration) -> SetCookie {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = age.num_seconds();
        (SET_COOKIE, format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(url: &str) -> Cookies {
        Cookies::new("mypage", &url.parse().expect("an address"))
    }

    #[test]
    fn cookies_are_bound_to_the_host_and_to_tls_on_https() {
        let (_, set) = cookies("https://my.example").set_session("t");
        assert_eq!(set, "__Host-mypage_session=t; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure");
        let (_, set) = cookies("http://localhost:8080").set_session("t");
        assert_eq!(set, "mypage_session=t; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_state_from_outside_cannot_break_a_cookie_name() {
        assert_eq!(cookies("http://localhost:8080").pending_name("a;b=c d-e_f"), "mypage_sign_in_abcdef");
    }
}

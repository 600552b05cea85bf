//! mypage's cookies: out of reach of scripts, and not sent with forms of other sites.

use axum::http::{HeaderName, header::SET_COOKIE};
use chassis::config::PublicUrl;
use chrono::Duration;

use crate::usecase::{complete_sign_in::LIFETIME, sign_in::PATIENCE};

/// Names and forms of the cookies. On https they are bound to this host and to TLS.
#[derive(Clone, Debug)]
pub struct Cookies {
    secure: bool,
}

impl Cookies {
    /// The cookies of a product at that address.
    pub fn new(public_url: &PublicUrl) -> Self {
        Self { secure: public_url.is_https() }
    }

    /// Name of the cookie of a browser that is signed in.
    pub fn session(&self) -> &'static str {
        if self.secure { "__Host-mypage_session" } else { "mypage_session" }
    }

    /// Name of the cookie of one sign-in that has begun.
    pub fn pending(&self, state: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        // Only what can stand in a cookie's name: the state of a callback comes from outside.
        let state: String = state.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        format!("{prefix}mypage_sign_in_{state}")
    }

    /// Signs the browser in.
    pub fn signed_in(&self, token: &str) -> SetCookie {
        self.set(self.session(), token, LIFETIME)
    }

    /// Remembers a sign-in that has begun.
    pub fn begun(&self, name: &str, value: &str) -> SetCookie {
        self.set(name, value, PATIENCE)
    }

    /// Forgets a cookie.
    pub fn gone(&self, name: &str) -> SetCookie {
        self.set(name, "", Duration::zero())
    }

    /// The values are base64url: nothing in them needs to be quoted.
    fn set(&self, name: &str, value: &str, age: Duration) -> SetCookie {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = age.num_seconds();
        (SET_COOKIE, format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"))
    }
}

/// A header that sets a cookie.
pub type SetCookie = (HeaderName, String);

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(url: &str) -> Cookies {
        Cookies::new(&url.parse().expect("an address"))
    }

    #[test]
    fn cookies_are_bound_to_host_and_tls_where_there_is_tls() {
        let (_, set) = cookies("https://my.example").signed_in("t");
        assert_eq!(set, "__Host-mypage_session=t; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure");
        let (_, set) = cookies("http://localhost:8080").signed_in("t");
        assert_eq!(set, "mypage_session=t; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_state_from_outside_can_not_break_a_cookies_name() {
        assert_eq!(cookies("http://localhost:8080").pending("a;b=c d-e_f"), "mypage_sign_in_abcdef");
    }
}

//! Cookies of mypage: not readable by scripts (HttpOnly), not sent with forms of other sites (SameSite).

use axum::{
    extract::FromRef,
    http::{HeaderName, header::SET_COOKIE},
};
use chassis::config::PublicUrl;
use chrono::Duration;

use crate::{
    app::App,
    usecase::{complete_sign_in::SESSION_LIFETIME, sign_in::SIGN_IN_REMEMBERED},
};

/// Over https, `Secure` and the `__Host-` prefix bind the cookies to this host and to TLS.
#[derive(Clone, Debug)]
pub(super) struct Cookies {
    secure: bool,
}

impl Cookies {
    pub(super) fn new(public_url: &PublicUrl) -> Self {
        Self { secure: public_url.is_https() }
    }

    pub(super) fn session_name(&self) -> &'static str {
        if self.secure { "__Host-mypage_session" } else { "mypage_session" }
    }

    pub(super) fn pending_name(&self, state: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        // The state of a callback is user input: drops the characters that a cookie name cannot have.
        let state: String = state.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        format!("{prefix}mypage_sign_in_{state}")
    }

    pub(super) fn set_session(&self, token: &str) -> SetCookie {
        self.set(self.session_name(), token, SESSION_LIFETIME)
    }

    pub(super) fn set_pending(&self, state: &str, value: &str) -> SetCookie {
        self.set(&self.pending_name(state), value, SIGN_IN_REMEMBERED)
    }

    pub(super) fn clear(&self, name: &str) -> SetCookie {
        self.set(name, "", Duration::zero())
    }

    /// Values are base64url, so they need no quoting.
    fn set(&self, name: &str, value: &str, age: Duration) -> SetCookie {
        let secure = if self.secure { "; Secure" } else { "" };
        let age = age.num_seconds();
        (SET_COOKIE, format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"))
    }
}

impl FromRef<App> for Cookies {
    fn from_ref(app: &App) -> Self {
        Self::new(&app.config.client.mypage_public_url)
    }
}

pub(super) type SetCookie = (HeaderName, String);

#[cfg(test)]
mod tests {
    use super::*;

    fn cookies(url: &str) -> Cookies {
        Cookies::new(&url.parse().expect("an address"))
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

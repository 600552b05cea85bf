//! Starts a sign-in: redirects the browser to login, and stores the state of the sign-in in an encrypted cookie.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret::{self, Sealer};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{app::App, peers::oidc::Challenge};

/// The time that a person has for the sign-in.
pub const SIGN_IN_TIMEOUT: Duration = Duration::minutes(10);

/// The time after which a browser forgets a sign-in that was not completed. Until then, its path is known.
pub const SIGN_IN_REMEMBERED: Duration = Duration::hours(1);

/// The longest path to return to. Browsers drop a cookie of more than 4096 bytes, and a proxy refuses headers of more
/// than 8 KiB, so a longer path is dropped.
pub const MAX_RETURN_TO: usize = 512;

/// The end of the state of a sign-in that was started again. No other state contains a dot.
const AGAIN: &str = ".again";

/// The state of a sign-in in progress, stored in a cookie.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pending {
    /// Returned in the response.
    pub state: String,
    /// Returned in the ID token.
    pub nonce: String,
    /// Sent with the code (RFC 7636).
    pub code_verifier: String,
    /// The path that the person wanted to open.
    pub return_to: String,
    pub expires_at: DateTime<Utc>,
}

pub struct SignInStart {
    /// The URL to redirect to.
    pub location: String,
    /// Names the cookie: two tabs can sign in at the same time.
    pub state: String,
    pub cookie_value: String,
}

/// `slot` starts the state. The state's start names the cookie.
pub fn sign_in(app: &App, return_to: Option<&str>, locale: &str, slot: &str) -> SignInStart {
    start(app, return_to, locale, format!("{slot}{}", secret::random_token()))
}

/// Starts a sign-in again whose state this browser does not have: the person may have begun in another browser. The
/// person is signed in at login already, so that no page is shown. `None` for a sign-in that was started again: the
/// browser accepts no cookies, and would be redirected for ever.
pub fn sign_in_again(app: &App, lost_state: &str, locale: &str, slot: &str) -> Option<SignInStart> {
    let is_first = !lost_state.ends_with(AGAIN);
    is_first.then(|| start(app, None, locale, format!("{slot}{}{AGAIN}", secret::random_token())))
}

fn start(app: &App, return_to: Option<&str>, locale: &str, state: String) -> SignInStart {
    let pending = Pending {
        state,
        nonce: secret::random_token(),
        code_verifier: secret::random_token(),
        return_to: return_to.filter(|path| can_return_to(path)).unwrap_or("/").to_owned(),
        expires_at: app.clock.now() + SIGN_IN_TIMEOUT,
    };
    let code_challenge = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&pending.code_verifier));
    let challenge = Challenge { state: &pending.state, nonce: &pending.nonce, code_challenge: &code_challenge, locale };
    SignInStart {
        location: app.oidc.authorize_url(&challenge),
        cookie_value: pending.seal(&app.sealer),
        state: pending.state,
    }
}

impl Pending {
    fn seal(&self, sealer: &Sealer) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(sealer.seal(&serde_json::to_vec(self).expect("strings can be written as JSON")))
    }

    /// Decrypts the cookie; `None` when it is invalid, expired or of another sign-in.
    pub fn open(sealer: &Sealer, value: &str, state: &str, now: DateTime<Utc>) -> Option<Self> {
        Self::of_state(sealer, value, state).filter(|pending| now < pending.expires_at)
    }

    /// The path of a sign-in, expired or not, for a new one. `None` when the cookie is invalid or of another sign-in.
    pub fn way_back(sealer: &Sealer, value: &str, state: &str) -> Option<String> {
        Some(Self::of_state(sealer, value, state)?.return_to)
    }

    /// The end of the sign-in of any state; `None` when the cookie is invalid or expired.
    pub fn expires_at(sealer: &Sealer, value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(Self::decrypt(sealer, value)?.expires_at).filter(|expires_at| now < *expires_at)
    }

    fn of_state(sealer: &Sealer, value: &str, state: &str) -> Option<Self> {
        let pending = Self::decrypt(sealer, value)?;
        secret::constant_time_eq(pending.state.as_bytes(), state.as_bytes()).then_some(pending)
    }

    fn decrypt(sealer: &Sealer, value: &str) -> Option<Self> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        serde_json::from_slice(&sealer.open(&sealed).ok()?).ok()
    }
}

/// Whether a sign-in can return to this path: it is short, and a redirect to it stays on mypage. Browsers read "//host"
/// and "/\host" as other hosts. A quotation mark would be escaped in the cookie.
pub fn can_return_to(path: &str) -> bool {
    path.starts_with('/')
        && path.len() <= MAX_RETURN_TO
        && !path[1..].starts_with(['/', '\\'])
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\' && c != '"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_redirects_to_own_paths_only() {
        assert!(["/", "/usage", "/usage?month=2026-11"].into_iter().all(can_return_to));
        for foreign in
            ["", "usage", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/a\\b", "/a\"b"]
        {
            assert!(!can_return_to(foreign), "{foreign}");
        }
        let path = |length: usize| format!("/{}", "a".repeat(length - 1));
        assert!(can_return_to(&path(MAX_RETURN_TO)) && !can_return_to(&path(MAX_RETURN_TO + 1)));
    }
}

//! Starts a sign-in: redirects the browser to login, and stores the state of the sign-in in an encrypted cookie.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret::{self, Sealer};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{app::App, peers::oidc::Challenge};

/// The time that a person has for the sign-in.
pub const SIGN_IN_TIMEOUT: Duration = Duration::minutes(10);

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
    /// Names the cookie: one per sign-in, so that two tabs can sign in at the same time.
    pub state: String,
    pub cookie_value: String,
}

pub fn sign_in(app: &App, return_to: Option<&str>, locale: &str) -> SignInStart {
    let pending = Pending {
        state: secret::random_token(),
        nonce: secret::random_token(),
        code_verifier: secret::random_token(),
        return_to: return_to.filter(|path| is_own_path(path)).unwrap_or("/").to_owned(),
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
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        let pending: Self = serde_json::from_slice(&sealer.open(&sealed).ok()?).ok()?;
        let good = secret::constant_time_eq(pending.state.as_bytes(), state.as_bytes()) && now < pending.expires_at;
        good.then_some(pending)
    }
}

/// Whether a redirect to this path stays on mypage: browsers read "//host" and "/\host" as other hosts.
fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_redirects_to_own_paths_only() {
        assert!(["/", "/usage", "/usage?month=2026-11"].into_iter().all(is_own_path));
        for foreign in ["", "usage", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/a\\b"] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}

//! A browser begins to sign in: what ties login's answer to it goes with it, sealed.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::secret::{self, Sealer};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{app::App, peers::oidc::Challenge};

/// How long a person may take to sign in.
pub const PATIENCE: Duration = Duration::minutes(10);

/// What the browser keeps until login answers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pending {
    /// Comes back with the answer.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Shown when the code is exchanged (RFC 7636).
    pub code_verifier: String,
    /// Where the person wanted to go: a path of ours.
    pub return_to: String,
    /// When the person took too long.
    pub expires_at: DateTime<Utc>,
}

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser goes.
    pub location: String,
    /// The cookie's name: one a sign-in, so that two tabs don't disturb each other.
    pub cookie_name: String,
    /// The cookie's value.
    pub cookie_value: String,
}

/// Begins.
pub fn sign_in(app: &App, return_to: Option<&str>, locale: &str) -> Begun {
    let pending = Pending {
        state: secret::random_token(),
        nonce: secret::random_token(),
        code_verifier: secret::random_token(),
        return_to: return_to.filter(|path| is_own_path(path)).unwrap_or("/").to_owned(),
        expires_at: app.clock.now() + PATIENCE,
    };
    let code_challenge = BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&pending.code_verifier));
    let challenge = Challenge { state: &pending.state, nonce: &pending.nonce, code_challenge: &code_challenge, locale };
    Begun {
        location: app.oidc.authorize_url(&challenge),
        cookie_name: app.cookies.pending(&pending.state),
        cookie_value: pending.seal(&app.sealer),
    }
}

impl Pending {
    fn seal(&self, sealer: &Sealer) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(sealer.seal(&serde_json::to_vec(self).expect("strings are JSON")))
    }

    /// What the browser kept, if it is of us, in time, and begun with that state.
    pub fn open(sealer: &Sealer, value: &str, state: &str, now: DateTime<Utc>) -> Option<Self> {
        let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
        let pending: Self = serde_json::from_slice(&sealer.open(&sealed).ok()?).ok()?;
        let good = secret::constant_time_eq(pending.state.as_bytes(), state.as_bytes()) && now < pending.expires_at;
        good.then_some(pending)
    }
}

/// Whether a browser that is sent there stays here: "//host" and "/\host" name another.
fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && path.chars().all(|c| c.is_ascii_graphic() && c != '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_sent_back_to_our_own_paths_only() {
        assert!(["/", "/usage", "/usage?month=2026-11"].into_iter().all(is_own_path));
        for foreign in ["", "usage", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/a\\b"] {
            assert!(!is_own_path(foreign), "{foreign}");
        }
    }
}

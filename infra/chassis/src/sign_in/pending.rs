//! The state of a sign-in in progress, stored in an encrypted cookie.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::secret::{self, Sealer};

/// The time that a person has for the sign-in.
pub(super) const SIGN_IN_TIMEOUT: Duration = Duration::minutes(10);

/// The time after which a browser forgets a sign-in that was not completed. Until then, its path is known.
pub(super) const SIGN_IN_REMEMBERED: Duration = Duration::hours(1);

/// The longest path to return to. Browsers drop a cookie of more than 4096 bytes, and a proxy refuses headers of more
/// than 8 KiB, so a longer path is dropped.
const MAX_RETURN_TO: usize = 512;

#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    /// Returned in the response.
    pub(super) state: String,
    /// Returned in the ID token.
    pub(super) nonce: String,
    /// Sent with the code (RFC 7636).
    pub(super) code_verifier: String,
    /// The path that the person wanted to open.
    pub(super) return_to: String,
    pub(super) expires_at: DateTime<Utc>,
}

impl Pending {
    /// Starts a sign-in with this state, which returns to the path if it can.
    pub(super) fn new(state: String, return_to: Option<&str>, now: DateTime<Utc>) -> Self {
        Self {
            state,
            nonce: secret::random_token(),
            code_verifier: secret::random_token(),
            return_to: return_to.filter(|path| can_return_to(path)).unwrap_or("/").to_owned(),
            expires_at: now + SIGN_IN_TIMEOUT,
        }
    }

    /// SHA-256 of the code verifier (RFC 7636).
    pub(super) fn code_challenge(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&self.code_verifier))
    }

    pub(super) fn seal(&self, sealer: &Sealer) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(sealer.seal(&serde_json::to_vec(self).expect("strings can be written as JSON")))
    }

    /// Decrypts the cookie; `None` when it is invalid, expired or of another sign-in.
    pub(super) fn open(sealer: &Sealer, value: &str, state: &str, now: DateTime<Utc>) -> Option<Self> {
        Self::of_state(sealer, value, state).filter(|pending| now < pending.expires_at)
    }

    /// The path of a sign-in, expired or not, for a new one. `None` when the cookie is invalid or of another sign-in.
    pub(super) fn way_back(sealer: &Sealer, value: &str, state: &str) -> Option<String> {
        Some(Self::of_state(sealer, value, state)?.return_to)
    }

    /// The end of the sign-in of any state; `None` when the cookie is invalid or expired.
    pub(super) fn expires_at(sealer: &Sealer, value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
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

/// Whether a sign-in can return to this path: it is short, and a redirect to it stays on the product. Browsers read "//host"
/// and "/\host" as other hosts. A quotation mark would be escaped in the cookie.
pub(super) fn can_return_to(path: &str) -> bool {
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

//! Sessions: a person is signed in on one device.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

pub const LIFETIME: Duration = Duration::days(30);

/// Live sessions of one person. One more ends the one that was not used for longest.
pub const MAX_PER_PERSON: i64 = 100;

/// Precision of `last_used_at`, so that not every request writes to the database.
pub const USE_RECORDED_EVERY: Duration = Duration::minutes(1);

/// Whether `last_used_at` has to be updated.
pub fn use_is_due(last_used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - last_used_at >= USE_RECORDED_EVERY
}

/// Whether the sign-in is older than the client's `max_age` allows.
pub fn is_too_old(signed_in_at: DateTime<Utc>, max_age: Option<u32>, now: DateTime<Utc>) -> bool {
    max_age.is_some_and(|seconds| now - signed_in_at > Duration::seconds(i64::from(seconds)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A password, or a link in a mail to choose a password.
    Password,
    /// A passkey, whose device verified the person by PIN or biometrics.
    Passkey,
}

impl Method {
    /// Authentication methods for `amr` (RFC 8176).
    pub fn amr(self) -> Vec<String> {
        let methods: &[_] = match self {
            Self::Password => &["pwd"],
            Self::Passkey => &["pop", "user", "mfa"],
        };
        methods.iter().map(|&method| method.to_owned()).collect()
    }
}

#[derive(Debug, Clone)]
pub struct Session {
    /// The `sid` of tokens.
    pub session_id: SessionId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    /// SHA-256 of the cookie's token.
    pub token_hash: Vec<u8>,
    pub device: String,
    pub created_at: DateTime<Utc>,
    /// Precise to one minute.
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Authentication methods (RFC 8176).
    pub amr: Vec<String>,
}

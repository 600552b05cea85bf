//! Sessions: the time in which a person is signed in on one device.

use chassis::id::{SessionId, TenantId, UserId};
use chrono::{DateTime, Duration, Utc};

/// How long a person stays signed in on a device.
pub const LIFETIME: Duration = Duration::days(30);

/// `last_used_at` is right to within this, so that not each request writes.
pub const USE_RECORDED_EVERY: Duration = Duration::minutes(1);

/// Whether a use is worth recording.
pub fn use_is_due(last_used_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - last_used_at >= USE_RECORDED_EVERY
}

/// Whether the person has to sign in again: by `max_age`, a client bounds how long ago that was.
pub fn is_too_old(signed_in_at: DateTime<Utc>, max_age: Option<u32>, now: DateTime<Utc>) -> bool {
    max_age.is_some_and(|seconds| now - signed_in_at > Duration::seconds(i64::from(seconds)))
}

/// How a person signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// By a password, or what leads to one.
    Password,
    /// By a passkey, whose device knew its person by a PIN or their body.
    Passkey,
}

impl Method {
    /// `amr` by RFC 8176.
    pub fn amr(self) -> Vec<String> {
        let methods: &[_] = match self {
            Self::Password => &["pwd"],
            Self::Passkey => &["pop", "user", "mfa"],
        };
        methods.iter().map(|&method| method.to_owned()).collect()
    }
}

/// A session as it is stored.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id, `sid` in tokens.
    pub session_id: SessionId,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// Whose session it is.
    pub user_id: UserId,
    /// SHA-256 of its cookie.
    pub token_hash: Vec<u8>,
    /// What the person signed in with.
    pub device: String,
    /// When the person signed in.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to within a minute.
    pub last_used_at: DateTime<Utc>,
    /// When it is over by itself.
    pub expires_at: DateTime<Utc>,
    /// How the person signed in, by RFC 8176.
    pub amr: Vec<String>,
}

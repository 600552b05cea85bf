//! Sessions: the time in which a person is signed in on one device.

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

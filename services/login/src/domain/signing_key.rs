//! Signing keys.

use chrono::{DateTime, Utc};

/// A key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Its name in tokens.
    pub kid: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// Its private part, sealed.
    pub sealed: Vec<u8>,
    /// When it begins to sign.
    pub signs_from: DateTime<Utc>,
}

//! Signing keys in the database.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// The `kid` of tokens.
    pub kid: String,
    /// `ES256` or `RS256`.
    pub algorithm: String,
    /// The encrypted private key.
    pub sealed: Vec<u8>,
    pub signs_from: DateTime<Utc>,
}

//! Sign-ups of tenants.

use chrono::{DateTime, Utc};

/// A sign-up as it is stored.
#[derive(Debug)]
pub struct PendingSignUp {
    /// SHA-256 of its token.
    pub token_hash: Vec<u8>,
    /// Hash of the admin's address.
    pub email_hash: Vec<u8>,
    /// The short name that is kept free.
    pub slug: String,
    /// The rest.
    pub sealed: Vec<u8>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it may be completed.
    pub expires_at: DateTime<Utc>,
}

//! Sign-ups of tenants whose e-mail address is not confirmed yet.

use chrono::{DateTime, Utc};

#[derive(Debug)]
pub struct PendingSignUp {
    /// SHA-256 of the token in the link.
    pub token_hash: Vec<u8>,
    /// SHA-256 of the admin's e-mail address.
    pub email_hash: Vec<u8>,
    /// Reserved until the sign-up expires.
    pub slug: String,
    /// The encrypted form.
    pub sealed: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

//! Password credentials.

use chrono::{DateTime, Utc};

#[derive(Debug, Clone)]
pub struct Credential {
    /// Argon2id with its parameters, as a PHC string.
    pub password_hash: String,
    /// Time at which the password was chosen. A rehash of the same password does not change it.
    pub changed_at: DateTime<Utc>,
}

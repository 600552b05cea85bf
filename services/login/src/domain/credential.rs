//! Password credentials.

use chrono::{DateTime, Utc};

/// What a password is checked against.
#[derive(Debug, Clone)]
pub struct Credential {
    /// Argon2id with its parameters, as a PHC string.
    pub password_hash: String,
    /// When the password was chosen; a hash made anew leaves it as it is.
    pub changed_at: DateTime<Utc>,
}

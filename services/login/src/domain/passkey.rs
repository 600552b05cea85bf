//! Passkeys: keys that a person's devices keep, to sign in without a password (WebAuthn).

use chassis::{
    id::{TenantId, UserId},
    problem::FieldError,
    text::single_line,
};
use chrono::{DateTime, Duration, Utc};

chassis::typed_id! {
    /// A passkey.
    pub struct PasskeyId;
}

/// How many one person may have.
pub const MAX_PER_PERSON: usize = 20;

/// Longest name, in characters.
const LONGEST: usize = 50;

/// What a person calls a passkey: 1 to 50 characters that read as they are written.
///
/// # Errors
/// Names the field and the rule.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    single_line(field, text, LONGEST)
}

/// How long a browser has between the challenge and its answer.
pub const CEREMONY: Duration = Duration::minutes(5);

/// How long after signing in a passkey may be added: longer, and who finds an open browser could add theirs for good.
pub const ADDED_WITHIN: Duration = Duration::minutes(15);

/// A passkey as it is stored.
#[derive(Debug, Clone)]
pub struct Passkey {
    /// Its id.
    pub passkey_id: PasskeyId,
    /// The tenant of the person.
    pub tenant_id: TenantId,
    /// Whose it is.
    pub user_id: UserId,
    /// What the person calls it.
    pub name: String,
    /// The public key, with the counter of its uses.
    pub credential: Credential,
    /// When it was added.
    pub created_at: DateTime<Utc>,
    /// When its person last signed in by it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The public key of a passkey, with the counter of its uses.
#[derive(Debug, Clone)]
pub struct Credential(pub webauthn_rs::prelude::Passkey);

//! Passkeys: keys on a person's devices, to sign in without a password (WebAuthn).

use chassis::{
    id::{TenantId, UserId},
    problem::FieldError,
    text::single_line,
};
use chrono::{DateTime, Duration, Utc};

chassis::typed_id! {
    pub struct PasskeyId;
}

pub const MAX_PER_PERSON: usize = 20;

/// Maximum length of a name, in characters.
const MAX_LENGTH: usize = 50;

/// Validates the name of a passkey: 1 to 50 characters on one line.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    single_line(field, text, MAX_LENGTH)
}

/// Time for the browser to answer a challenge.
pub const CEREMONY_LIFETIME: Duration = Duration::minutes(5);

/// Time after the sign-in in which a passkey may be added. Later, someone at an open browser could add their own.
pub const ADD_WITHIN: Duration = Duration::minutes(15);

#[derive(Debug, Clone)]
pub struct Passkey {
    pub passkey_id: PasskeyId,
    pub tenant_id: TenantId,
    pub user_id: UserId,
    pub name: String,
    pub credential: Credential,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The public key, with the counter of its uses.
#[derive(Debug, Clone)]
pub struct Credential(pub webauthn_rs::prelude::Passkey);

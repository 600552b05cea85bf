//! Passkeys: keys that a person's devices keep, to sign in without a password (WebAuthn).

use chassis::{problem::FieldError, text::single_line};
use chrono::Duration;

chassis::typed_id! {
    /// A passkey.
    pub struct PasskeyId;
}

/// How many one person may have.
pub const MOST: usize = 20;

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

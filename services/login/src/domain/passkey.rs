//! Passkeys: keys that a person's devices keep, to sign in without a password (WebAuthn).

use chrono::Duration;

chassis::typed_id! {
    /// A passkey.
    pub struct PasskeyId;
}

/// How many one person may have.
pub const MOST: usize = 20;

/// How long a browser has between the challenge and its answer.
pub const CEREMONY: Duration = Duration::minutes(5);

/// How long after signing in a passkey may be added: longer, and who finds an open browser could add theirs for good.
pub const ADDED_WITHIN: Duration = Duration::minutes(15);

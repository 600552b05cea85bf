//! How often a mail is tried, how many an address gets, and how long they are kept.

use std::fmt;

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Tries after which a mail is given up, until someone has it tried again.
pub const MAX_TRIES: i32 = 8;

/// How long one replica has for a try before another may make the next.
pub const LEASE: Duration = Duration::minutes(1);

/// Mails of one kind that can be asked for, for one address, within [`WINDOW`].
pub const MAX_REQUESTS_PER_ADDRESS: i64 = 5;

/// Mails of one kind that can be asked for from one place within [`WINDOW`], whatever the addresses: enough for a class
/// that signs up behind one address.
pub const MAX_REQUESTS_PER_NETWORK: i64 = 100;

/// The time that is looked back.
pub const WINDOW: Duration = Duration::hours(1);

/// How long a mail stays after it was sent.
pub const SENT_KEPT: Duration = Duration::days(3);

/// How long a mail stays after it was refused or given up.
pub const FAILED_KEPT: Duration = Duration::days(14);

/// How long a sign-up waits for its mail to be answered; its short name is kept free as long.
pub const SIGN_UP_LIFETIME: Duration = Duration::hours(24);

/// How long a link to a new password is good.
pub const RESET_LIFETIME: Duration = Duration::minutes(30);

/// How long after this many tries the next one is made: a minute, doubled each time, over two hours in all.
pub fn wait_after(tries: i32) -> Duration {
    Duration::minutes(1 << (tries - 1).clamp(0, 6))
}

/// A mail, as it is sealed until it is sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    /// The recipient's address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Never what it says: it has tokens in it.
impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mail(…)")
    }
}

/// A mail to be queued.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// Its id.
    pub mail_id: Uuid,
    /// The tenant that it comes from, if any: the one that is set.
    pub tenant_id: Option<TenantId>,
    /// Whom it is to, if they have an account: it goes when they go.
    pub user_id: Option<UserId>,
    /// Hash of the address that it is to.
    pub recipient_hash: &'a [u8],
    /// All of it.
    pub sealed: &'a [u8],
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it is of no use any more, if ever.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A mail to be sent.
#[derive(Debug)]
pub struct DueMail {
    /// Its id.
    pub mail_id: Uuid,
    /// All of it.
    pub sealed: Vec<u8>,
    /// Tries with this one.
    pub tries: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// How the queue is.
#[derive(Debug)]
pub struct Backlog {
    /// When the oldest mail that waits was written.
    pub oldest: Option<DateTime<Utc>>,
    /// Mails that were given up.
    pub failed: i64,
}

/// What a mail was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailRequestKind {
    /// A sign-up.
    SignUp,
    /// An invitation.
    Invitation,
    /// A forgotten password.
    PasswordReset,
}

impl MailRequestKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password_reset",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_bounded() {
        let waits: Vec<_> = (1..=MAX_TRIES).map(|tries| wait_after(tries).num_minutes()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 64]);
        assert_eq!(wait_after(i32::MAX), Duration::minutes(64));
    }
}

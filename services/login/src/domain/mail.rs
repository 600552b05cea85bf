//! Mails, their queue, and its limits.

use std::fmt;

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Attempts after which a mail counts as failed, until an operator queues it again.
pub const MAX_TRIES: i32 = 8;

/// Attempts after which a request for a mail counts as failed, until an operator starts them again. They take 15 minutes.
pub const MAX_REQUEST_TRIES: i32 = 5;

/// Time for an attempt of one replica; then another replica may try.
pub const LEASE: Duration = Duration::minutes(1);

/// Mails of one kind that may be requested for one address within [`WINDOW`].
pub const MAX_REQUESTS_PER_ADDRESS: i64 = 5;

/// Mails of one kind that may be requested from one network within [`WINDOW`]: enough for a class that signs up behind
/// one address.
pub const MAX_REQUESTS_PER_NETWORK: i64 = 100;

/// Invitations that one tenant may send within [`WINDOW`]. A withdrawn invitation takes no seat, so the seats of the plan
/// do not limit the mails.
pub const MAX_INVITATIONS_PER_TENANT: i64 = 200;

/// The period in which requests are counted.
pub const WINDOW: Duration = Duration::hours(1);

pub const SENT_RETAINED: Duration = Duration::days(3);

/// Retention of a refused or failed mail.
pub const FAILED_RETAINED: Duration = Duration::days(14);

/// Time to confirm a sign-up. Its slug stays reserved for the same time.
pub const SIGN_UP_LIFETIME: Duration = Duration::hours(24);

/// Lifetime of a password reset link.
pub const RESET_LIFETIME: Duration = Duration::minutes(30);

/// Delay before the next attempt: one minute, doubled after each attempt, more than two hours in total.
pub fn wait_after(tries: i32) -> Duration {
    Duration::minutes(1 << (tries - 1).clamp(0, 6))
}

/// The content of a mail. It is stored encrypted until the mail is sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct Mail {
    pub to: String,
    /// A single line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Hides the content, because it holds tokens.
impl fmt::Debug for Mail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Mail(…)")
    }
}

/// A mail to insert into the queue.
#[derive(Debug)]
pub struct NewMail<'a> {
    pub mail_id: Uuid,
    /// The tenant of the transaction; `None` when the transaction has no tenant.
    pub tenant_id: Option<TenantId>,
    /// The account of the recipient, if there is one. The mail is deleted together with the account.
    pub user_id: Option<UserId>,
    pub recipient_hash: &'a [u8],
    /// The encrypted content.
    pub sealed: &'a [u8],
    pub created_at: DateTime<Utc>,
    /// Expiry of the links in the mail.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A mail that a replica has taken to send.
#[derive(Debug)]
pub struct DueMail {
    pub mail_id: Uuid,
    /// The encrypted content.
    pub sealed: Vec<u8>,
    /// Attempts so far, including this one.
    pub tries: i32,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug)]
pub struct Backlog {
    /// Creation time of the oldest queued mail.
    pub oldest: Option<DateTime<Utc>>,
    pub failed: i64,
}

/// Kinds of requests that cause a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailRequestKind {
    SignUp,
    Invitation,
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

/// A request for a mail that a replica has taken to handle.
#[derive(Debug)]
pub struct DueMailRequest {
    pub request_id: Uuid,
    /// Attempts that failed so far.
    pub tries: i32,
    pub address_hash: Vec<u8>,
    /// The encrypted authorization request from which the person came.
    pub return_to: Option<Vec<u8>>,
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

//! The way out for mails: a port with two adapters. On a developer's machine they stay where they are and are shown at
//! `/dev/mailbox`; elsewhere an SMTP server takes them.
//!
//! To write another mail: a variant of [`Letter`](letter::Letter), its texts in `locales/*/login.ftl`, and
//! [`queue_mail`](crate::usecase::queue_mail::queue_mail) in the transaction of what it tells of.

use std::fmt;

use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::config::Config;

pub mod letter;
mod metrics;
mod reply;
pub mod setting;
mod smtp;

pub use self::metrics::MailMetrics;
use self::{setting::MailSetting, smtp::Smtp};

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

/// Why a mail did not get out. It names no address: servers repeat those in what they say.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// It may get out later: when the server, the way to it, or our settings are mended.
    #[error("the mail server did not take it: {0}")]
    Server(String),
    /// The address takes no mail, for the time being or `for_good`: nothing of ours is wrong.
    #[error("the mail server refused the recipient: {why}")]
    Recipient {
        /// What was wrong.
        why: String,
        /// Whether there is no point in trying again.
        for_good: bool,
    },
    /// It never will.
    #[error("it can't be sent: {0}")]
    Unsendable(String),
}

/// Where mails go.
#[derive(Clone)]
pub enum Mailer {
    /// To `/dev/mailbox`.
    Dev,
    /// To an SMTP server.
    Smtp(Smtp),
}

impl Mailer {
    /// As the settings say. Connects to nothing yet.
    ///
    /// # Errors
    /// When the server's address can't be read.
    pub fn new(config: &Config) -> Result<Self, lettre::transport::smtp::Error> {
        match &config.login_mail {
            MailSetting::Dev => Ok(Self::Dev),
            MailSetting::Smtp(url) => {
                let own = || from_of(config.issuer.login_public_url.as_str());
                Ok(Self::Smtp(Smtp::new(url, config.login_mail_from.clone().unwrap_or_else(own))?))
            }
        }
    }

    /// Whether mails are shown here instead of being sent.
    pub fn is_dev(&self) -> bool {
        matches!(self, Self::Dev)
    }

    /// Sends a mail. Its id goes with it, so that one sent twice is known to be one.
    ///
    /// # Errors
    /// Whether it may get out later.
    pub async fn send(&self, mail_id: Uuid, mail: &Mail, written_at: DateTime<Utc>) -> Result<(), MailError> {
        match self {
            Self::Dev => Ok(()),
            Self::Smtp(smtp) => smtp.send(mail_id, mail, written_at).await,
        }
    }
}

/// `no-reply` at the host that people know login by.
fn from_of(public_url: &str) -> Mailbox {
    let url = Url::parse(public_url).ok();
    let host = url.as_ref().and_then(Url::domain).unwrap_or("localhost");
    let address = format!("no-reply@{host}").parse().or_else(|_| "no-reply@localhost".parse());
    address.expect("a constant that is an address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_come_from_the_host_that_people_know() {
        assert_eq!(from_of("https://login.example.com:8443").to_string(), "no-reply@login.example.com");
        assert_eq!(from_of("http://127.0.0.1:8180").to_string(), "no-reply@localhost");
    }
}

//! The way out for mails: a port with two adapters. On a developer's machine they stay where they are and are shown at
//! `/dev/mailbox`; elsewhere an SMTP server takes them.
//!
//! To write another mail: a variant of [`Message`](message::Message), its texts in `locales/*/login.ftl`, and
//! [`queue_mail`](crate::usecase::mail::queue_mail::queue_mail) in the transaction of what it tells of.

use chassis::config::PublicUrl;
use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use url::Url;
use uuid::Uuid;

use self::{setting::MailSetting, smtp::Smtp};
use crate::domain::mail::Mail;

mod error;
pub mod message;
mod metrics;
mod reply;
pub mod setting;
mod smtp;

pub use self::{error::MailError, metrics::MailMetrics};

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
    pub fn new(
        setting: &MailSetting,
        from: Option<&Mailbox>,
        public_url: &PublicUrl,
    ) -> Result<Self, lettre::transport::smtp::Error> {
        match setting {
            MailSetting::Dev => Ok(Self::Dev),
            MailSetting::Smtp(url) => {
                let from = from.cloned().unwrap_or_else(|| default_sender(public_url.as_str()));
                Ok(Self::Smtp(Smtp::new(url, from)?))
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
fn default_sender(public_url: &str) -> Mailbox {
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
        assert_eq!(default_sender("https://login.example.com:8443").to_string(), "no-reply@login.example.com");
        assert_eq!(default_sender("http://127.0.0.1:8180").to_string(), "no-reply@localhost");
    }
}

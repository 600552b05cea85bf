//! Mail transports. On a developer's machine `/dev/mailbox` shows the mails; elsewhere an SMTP server sends them.
//!
//! To add a mail: add a variant to [`Message`](message::Message) and its texts to `locales/*/login.ftl`, and call
//! [`queue_mail`](crate::usecase::mail::queue_mail::queue_mail) in the transaction of the change.

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

#[derive(Clone)]
pub enum Mailer {
    /// Shows the mails at `/dev/mailbox`.
    Dev,
    Smtp(Smtp),
}

impl Mailer {
    /// Builds the transport. Opens no connection yet.
    ///
    /// # Errors
    /// When the server's URL is invalid.
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

    pub fn is_dev(&self) -> bool {
        matches!(self, Self::Dev)
    }

    /// Sends a mail. Its id becomes the `Message-ID`, so that a duplicate can be detected.
    pub async fn send(&self, mail_id: Uuid, mail: &Mail, written_at: DateTime<Utc>) -> Result<(), MailError> {
        match self {
            Self::Dev => Ok(()),
            Self::Smtp(smtp) => smtp.send(mail_id, mail, written_at).await,
        }
    }
}

/// `no-reply` at the host of the public URL.
fn default_sender(public_url: &str) -> Mailbox {
    let url = Url::parse(public_url).ok();
    let host = url.as_ref().and_then(Url::domain).unwrap_or("localhost");
    let address = format!("no-reply@{host}").parse().or_else(|_| "no-reply@localhost".parse());
    address.expect("the constant is a valid address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_sender_is_at_the_public_host() {
        assert_eq!(default_sender("https://login.example.com:8443").to_string(), "no-reply@login.example.com");
        assert_eq!(default_sender("http://127.0.0.1:8180").to_string(), "no-reply@localhost");
    }
}

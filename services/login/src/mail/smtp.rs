use std::{error::Error, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{error::MailError, reply::refuses_recipient};
use crate::domain::mail::Mail;

/// Maximum time for one mail.
const TIMEOUT: Duration = Duration::from_secs(20);

/// An SMTP server (RFC 5321). Clones share its connections.
#[derive(Clone)]
pub struct Smtp(Arc<Server>);

struct Server {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    pub(super) fn new(url: &SecretString, from: Mailbox) -> Result<Self, smtp::Error> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())?;
        Ok(Self(Arc::new(Server { transport: transport.timeout(Some(TIMEOUT)).build(), from })))
    }

    pub(super) async fn send(&self, mail_id: Uuid, mail: &Mail, written_at: DateTime<Utc>) -> Result<(), MailError> {
        let message = self.message(mail_id, mail, written_at)?;
        // The transport's own timeout applies to each SMTP command.
        let sent = tokio::time::timeout(TIMEOUT, self.0.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(classify(&error, mail)),
            Err(_) => Err(MailError::Server("timeout".to_owned())),
        }
    }

    fn message(&self, mail_id: Uuid, mail: &Mail, written_at: DateTime<Utc>) -> Result<Message, MailError> {
        let invalid_address = || MailError::Recipient { why: "invalid recipient address".to_owned(), permanent: true };
        let to = mail.to.parse().map_err(|_| invalid_address())?;
        let host = self.0.from.email.domain();
        Message::builder()
            .from(self.0.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .date(written_at.into())
            .message_id(Some(format!("<{mail_id}@{host}>")))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|error| MailError::Unsendable(error.to_string()))
    }
}

/// Distinguishes a fault of the recipient from a fault of the server or our settings. Both a wrong password and an
/// unknown address are answered with 5xx.
fn classify(error: &smtp::Error, mail: &Mail) -> MailError {
    let why = kind(error);
    match error.status() {
        Some(code) if refuses_recipient(code.into(), &error.source().map(ToString::to_string).unwrap_or_default()) => {
            MailError::Recipient { why, permanent: error.is_permanent() }
        }
        // The server lacks SMTPUTF8 (RFC 6531).
        None if error.is_client() && !mail.to.is_ascii() => MailError::Recipient { why, permanent: true },
        _ => MailError::Server(why),
    }
}

/// The reply code or the kind of failure, without the server's text, which may repeat the address.
fn kind(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "timeout".to_owned(),
        None if error.is_tls() => "TLS failed".to_owned(),
        None if error.is_client() => "a required SMTP extension is missing".to_owned(),
        None => "connection failed".to_owned(),
    }
}

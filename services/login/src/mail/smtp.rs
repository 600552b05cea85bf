use std::{error::Error, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp,
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{MailError, reply::is_of_recipient};
use crate::domain::mail::Mail;

/// How long one server may take for one mail.
const PATIENCE: Duration = Duration::from_secs(20);

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
        Ok(Self(Arc::new(Server { transport: transport.timeout(Some(PATIENCE)).build(), from })))
    }

    pub(super) async fn send(&self, mail_id: Uuid, mail: &Mail, written_at: DateTime<Utc>) -> Result<(), MailError> {
        let message = self.message(mail_id, mail, written_at)?;
        // The transport's own limit is for each command.
        let sent = tokio::time::timeout(PATIENCE, self.0.transport.send(message)).await;
        match sent {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error, mail)),
            Err(_) => Err(MailError::Server("no answer in time".to_owned())),
        }
    }

    fn message(&self, mail_id: Uuid, mail: &Mail, written_at: DateTime<Utc>) -> Result<Message, MailError> {
        let unwritable = || MailError::Recipient { why: "the address can't be written to".to_owned(), for_good: true };
        let to = mail.to.parse().map_err(|_| unwritable())?;
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

/// Whose fault it is. A wrong password is answered by 5xx as an address is that nobody has: only the latter is for good.
fn judge(error: &smtp::Error, mail: &Mail) -> MailError {
    let why = kind(error);
    match error.status() {
        Some(code) if is_of_recipient(code.into(), &error.source().map(ToString::to_string).unwrap_or_default()) => {
            MailError::Recipient { why, for_good: error.is_permanent() }
        }
        // A server without SMTPUTF8 (RFC 6531).
        None if error.is_client() && !mail.to.is_ascii() => MailError::Recipient { why, for_good: true },
        _ => MailError::Server(why),
    }
}

/// The server's code where it gave one, else what failed on the way: never its words, which may repeat the address.
fn kind(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => code.to_string(),
        None if error.is_timeout() => "no answer in time".to_owned(),
        None if error.is_tls() => "TLS failed".to_owned(),
        None if error.is_client() => "it can't do what is needed".to_owned(),
        None => "no connection".to_owned(),
    }
}

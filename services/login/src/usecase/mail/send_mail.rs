//! Sends the queued mails. A mail is retried with growing delays, and counts as failed after the last attempt. An
//! operator can queue failed mails again. A mail that the recipient's server refuses counts as refused and causes no
//! alert, because the address is wrong.

use futures::future::join_all;

use crate::{
    app::App,
    domain::mail::{DueMail, LEASE, MAX_REQUEST_TRIES, MAX_TRIES, Mail, wait_after},
    error::Error,
    mail::MailError,
    store,
};

const BATCH: i64 = 8;

/// The result of [`replay_failed_mail`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    pub queued: u64,
    /// Requests for password resets.
    pub requests: u64,
    /// Mails that were deleted because their links have expired.
    pub dropped: u64,
}

/// Queues all failed mails and requests for mails again, with new attempts. Deletes the mails with expired links.
pub async fn replay_failed_mail(app: &App) -> Result<Replayed, Error> {
    let now = app.clock.now();
    let mut worker = app.db.worker().acquire().await?;
    let dropped = store::mail::delete_dead(&mut worker, now).await?;
    let requests = store::mail_request::requeue_failed(&mut worker, MAX_REQUEST_TRIES).await?;
    Ok(Replayed { queued: store::mail::requeue_failed(&mut worker, now).await?, requests, dropped })
}

/// Tries some due mails concurrently. Returns the number of tried mails.
pub(in crate::usecase) async fn send_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    // No connection is held while the servers answer.
    let due = store::mail::take_due(&mut *app.db.worker().acquire().await?, now, now + LEASE, BATCH).await?;
    let outcomes = join_all(due.iter().map(|due| attempt(app, due))).await;
    outcomes.into_iter().collect::<Result<Vec<()>, Error>>()?;
    Ok(due.len())
}

async fn attempt(app: &App, due: &DueMail) -> Result<(), Error> {
    let opened = app.sealer.open(&due.sealed).ok().and_then(|plain| serde_json::from_slice::<Mail>(&plain).ok());
    let sent = match &opened {
        // Otherwise a mail whose attempts crash, or whose results cannot be stored, would be sent again and again.
        _ if due.tries > MAX_TRIES => {
            Err(MailError::Unsendable("the result of the last attempt is not known".to_owned()))
        }
        Some(mail) => app.mailer.send(due.mail_id, mail, due.created_at).await,
        None => Err(MailError::Unsendable("it was encrypted with another LOGIN_KEY_SECRET".to_owned())),
    };
    let now = app.clock.now();
    let mut worker = app.db.worker().acquire().await?;
    match sent {
        Ok(()) => {
            store::mail::mark_sent(&mut worker, due.mail_id, app.mailer.is_dev(), now).await?;
            app.mail_metrics.tried("sent");
        }
        Err(MailError::Server(why) | MailError::Recipient { why, permanent: false }) if due.tries < MAX_TRIES => {
            store::mail::postpone(&mut worker, due.mail_id, now + wait_after(due.tries)).await?;
            app.mail_metrics.tried("postponed");
            tracing::warn!(mail_id = %due.mail_id, mail.tries = due.tries, error = why, "mail postponed");
        }
        Err(error @ MailError::Recipient { .. }) => {
            store::mail::mark_refused(&mut worker, due.mail_id, now).await?;
            app.mail_metrics.tried("refused");
            tracing::info!(mail_id = %due.mail_id, mail.tries = due.tries, error = %error, "mail refused");
        }
        Err(error) => {
            store::mail::mark_failed(&mut worker, due.mail_id, now).await?;
            app.mail_metrics.tried("failed");
            tracing::error!(mail_id = %due.mail_id, mail.tries = due.tries, error = %error, "mail failed");
        }
    }
    Ok(())
}

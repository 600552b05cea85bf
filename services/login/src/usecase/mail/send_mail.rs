//! Sends what was queued. Mails that don't get out are tried again, less and less often, and given up in the end; those
//! that were given up stay, and can be queued again. One to an address that nobody gets mail at is refused: that is
//! whoever gave the address to blame for, and calls for nobody.

use futures::future::join_all;

use crate::{
    app::App,
    domain::mail::{DueMail, LEASE, MAX_TRIES, Mail, wait_after},
    error::Error,
    mail::MailError,
    store,
};

const AT_ONCE: i64 = 8;

/// What became of mails that were given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// How many are queued again.
    pub queued: u64,
    /// How many were dropped, because the links in them are dead.
    pub dropped: u64,
}

/// Queues all mails again that were given up, as if they had never been tried; those whose links are dead are dropped.
///
/// # Errors
/// When the store can't be reached.
pub async fn replay_failed_mail(app: &App) -> Result<Replayed, Error> {
    let now = app.clock.now();
    let mut worker = app.db.worker().acquire().await?;
    let dropped = store::mail::delete_dead(&mut worker, now).await?;
    Ok(Replayed { queued: store::mail::requeue_failed(&mut worker, now).await?, dropped })
}

/// Tries some of the mails that are due, at the same time, and says how many.
pub(in crate::usecase) async fn send_due(app: &App) -> Result<usize, Error> {
    let now = app.clock.now();
    // No connection is held while servers are spoken to.
    let due = store::mail::take_due(&mut *app.db.worker().acquire().await?, now, now + LEASE, AT_ONCE).await?;
    let outcomes = join_all(due.iter().map(|due| attempt(app, due))).await;
    outcomes.into_iter().collect::<Result<Vec<()>, Error>>()?;
    Ok(due.len())
}

async fn attempt(app: &App, due: &DueMail) -> Result<(), Error> {
    let opened = app.sealer.open(&due.sealed).ok().and_then(|plain| serde_json::from_slice::<Mail>(&plain).ok());
    let sent = match &opened {
        Some(mail) => app.mailer.send(due.mail_id, mail, due.created_at).await,
        None => Err(MailError::Unsendable("it was sealed with another LOGIN_KEY_SECRET".to_owned())),
    };
    let now = app.clock.now();
    let mut worker = app.db.worker().acquire().await?;
    match sent {
        Ok(()) => {
            store::mail::mark_sent(&mut worker, due.mail_id, app.mailer.is_dev(), now).await?;
            app.mail_metrics.tried("sent");
        }
        Err(MailError::Server(why) | MailError::Recipient { why, for_good: false }) if due.tries < MAX_TRIES => {
            store::mail::postpone(&mut worker, due.mail_id, now + wait_after(due.tries)).await?;
            app.mail_metrics.tried("postponed");
            tracing::warn!(mail_id = %due.mail_id, mail.tries = due.tries, error = why, "mail is tried again");
        }
        Err(error @ MailError::Recipient { .. }) => {
            store::mail::mark_refused(&mut worker, due.mail_id, now).await?;
            app.mail_metrics.tried("refused");
            tracing::info!(mail_id = %due.mail_id, mail.tries = due.tries, error = %error, "mail is refused");
        }
        Err(error) => {
            store::mail::mark_failed(&mut worker, due.mail_id, now).await?;
            app.mail_metrics.tried("failed");
            tracing::error!(mail_id = %due.mail_id, mail.tries = due.tries, error = %error, "mail is given up");
        }
    }
    Ok(())
}

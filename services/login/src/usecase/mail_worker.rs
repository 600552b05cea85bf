//! The mail worker: answers requests for password resets, and sends the queued mails.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use super::{mail::send_mail::send_due, sign_in::request_password_reset::answer_password_resets};
use crate::{app::App, error::Error, store};

const EVERY: Duration = Duration::from_secs(1);

/// Sends until told to stop. Replicas share the work: each mail is tried by one at a time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "mail", || work(&app)).await;
}

/// Does what there is to do now: mails that were asked for are written, and those that are due are sent.
///
/// # Errors
/// When the store can't be reached.
pub async fn work(app: &App) -> Result<(), Error> {
    // What keeps one from being written keeps no other from being sent.
    let answered = answer_password_resets(app).await;
    while send_due(app).await? > 0 {}
    let mut worker = app.db.worker().acquire().await?;
    let backlog = store::mail::backlog(&mut worker).await?;
    app.mail_metrics.backlog(backlog.oldest.map(|oldest| app.clock.now() - oldest), backlog.failed);
    answered.map(drop)
}

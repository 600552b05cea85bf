//! The mail worker: handles the requests for password resets and sends the queued mails.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use super::{mail::send_mail::send_due, sign_in::request_password_reset::answer_password_resets};
use crate::{app::App, domain::mail::MAX_REQUEST_TRIES, error::Error, store};

const EVERY: Duration = Duration::from_secs(1);

/// Runs until `stop` is cancelled. Replicas share the work: each mail is tried by one at a time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "mail", || work(&app)).await;
}

/// Handles all pending requests and sends all due mails once.
pub async fn work(app: &App) -> Result<(), Error> {
    // After a failure here, the other mails must still be sent.
    let answered = answer_password_resets(app).await;
    while send_due(app).await? > 0 {}
    let mut worker = app.db.worker().acquire().await?;
    let backlog = store::mail::backlog(&mut worker).await?;
    let failed = backlog.failed + store::mail_request::count_failed(&mut worker, MAX_REQUEST_TRIES).await?;
    app.mail_metrics.backlog(backlog.oldest.map(|oldest| app.clock.now() - oldest), failed);
    answered.map(drop)
}

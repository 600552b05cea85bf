//! Deletes expired rows, and ends expired sessions so that their end is published.

use std::time::Duration;

use chassis::{
    error::chain,
    lifecycle::{Steps, every},
};
use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use super::sessions::end_session::end_session;
use crate::{
    app::App,
    domain::{known_device, mail, throttle},
    error::Error,
    store::{self, sweep::Expired},
};

const EVERY: Duration = Duration::from_secs(60);
const BATCH: i64 = 100;

/// Retention of expired rows, for analysis.
const RETAINED: chrono::Duration = chrono::Duration::days(1);

/// Retention of usage counters: longer than one month, so that no person is counted twice in a month.
const USAGE_RETAINED: chrono::Duration = chrono::Duration::days(70);

/// Sweeps until `stop` is cancelled. Replicas can run it at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&app)).await;
}

/// Sweeps once. What fails, such as a session that cannot be ended, keeps nothing else from being swept.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    // Uses a separate connection with a lock timeout, because rows are deleted in no order.
    let mut worker = app.db.worker().acquire().await?.detach();
    store::sweep::set_lock_timeout(&mut worker).await?;
    let ended = end_expired_sessions(app, &mut worker, now).await;
    let deleted = delete(&mut worker, now).await;
    worker.close().await?;
    ended?;
    let deleted = deleted?;
    tracing::debug!(rows.deleted = deleted, "swept");
    Ok(())
}

/// Ends a batch of expired sessions; more batches while there are some that cannot be ended.
async fn end_expired_sessions(app: &App, worker: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Error> {
    let (mut after, mut failed) = (None, None);
    loop {
        let expired = store::sweep::expired_sessions(worker, now, after, BATCH).await?;
        let mut all_ended = true;
        for Expired { tenant_id, session_id, .. } in &expired {
            match end_session(app, *tenant_id, *session_id, None).await {
                Ok(()) => {}
                Err(error) if error.is_unavailable() => return Err(error),
                Err(error) => {
                    tracing::warn!(%session_id, error = chain(&error), "expired session not ended");
                    (all_ended, failed) = (false, failed.or(Some(error)));
                }
            }
        }
        after = expired.last().map(|last| (last.expires_at, last.session_id));
        if all_ended || after.is_none() {
            return failed.map_or(Ok(()), Err);
        }
    }
}

async fn delete(worker: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    use store::{sweep, sweep_mail};
    let (before, mut steps) = (now - RETAINED, Steps::default());
    steps.add("codes", sweep::delete_codes(worker, before).await);
    steps.add("invitations", sweep::delete_invitations(worker, before).await);
    steps.add("tokens", sweep::delete_tokens(worker, before).await);
    steps.add("sessions", sweep::delete_sessions(worker, before).await);
    steps.add("revoked tokens", sweep::delete_revoked(worker, before).await);
    steps.add("attempts", sweep::delete_attempts(worker, now - throttle::WINDOW).await);
    steps.add("usage", sweep::delete_usage(worker, (now - USAGE_RETAINED).date_naive()).await);
    steps.add("ceremonies", sweep::delete_ceremonies(worker, now).await);
    let mails = sweep_mail::delete_mails(worker, now - mail::SENT_RETAINED, now - mail::FAILED_RETAINED).await;
    steps.add("mails", mails);
    steps.add("mail requests", sweep_mail::delete_requests(worker, now - mail::WINDOW).await);
    steps.add("sign-ups", sweep_mail::delete_sign_ups(worker, now).await);
    steps.add("resets", sweep_mail::delete_resets(worker, before).await);
    steps.add("devices", sweep_mail::delete_devices(worker, now - known_device::RETAINED).await);
    steps.finish()
}

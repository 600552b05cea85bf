//! Deletes expired rows, and ends expired sessions so that their end is published.

use std::time::Duration;

use chassis::lifecycle::every;
use sqlx::Connection;
use tokio_util::sync::CancellationToken;

use super::sessions::end_session::end_session;
use crate::{
    app::App,
    domain::{known_device, mail, throttle},
    error::Error,
    store,
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

/// Sweeps once.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    // Uses a separate connection with a lock timeout, because rows are deleted in no order.
    let mut worker = app.db.worker().acquire().await?.detach();
    store::sweep::set_lock_timeout(&mut worker).await?;
    for (tenant_id, session_id) in store::sweep::expired_sessions(&mut worker, now, BATCH).await? {
        end_session(app, tenant_id, session_id, None).await?;
    }
    let before = now - RETAINED;
    let mut deleted = store::sweep::delete_codes(&mut worker, before).await?;
    deleted += store::sweep::delete_invitations(&mut worker, before).await?;
    deleted += store::sweep::delete_tokens(&mut worker, before).await?;
    deleted += store::sweep::delete_sessions(&mut worker, before).await?;
    deleted += store::sweep::delete_revoked(&mut worker, before).await?;
    deleted += store::sweep::delete_attempts(&mut worker, now - throttle::WINDOW).await?;
    deleted += store::sweep::delete_usage(&mut worker, (now - USAGE_RETAINED).date_naive()).await?;
    deleted += store::sweep::delete_ceremonies(&mut worker, now).await?;
    deleted +=
        store::sweep_mail::delete_mails(&mut worker, now - mail::SENT_RETAINED, now - mail::FAILED_RETAINED).await?;
    deleted += store::sweep_mail::delete_requests(&mut worker, now - mail::WINDOW).await?;
    deleted += store::sweep_mail::delete_sign_ups(&mut worker, now).await?;
    deleted += store::sweep_mail::delete_resets(&mut worker, before).await?;
    deleted += store::sweep_mail::delete_devices(&mut worker, now - known_device::RETAINED).await?;
    worker.close().await?;
    tracing::debug!(rows.deleted = deleted, "swept");
    Ok(())
}

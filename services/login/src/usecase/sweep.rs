//! Deletes what no one can use any more, and ends sessions whose time is over, so that the others hear of it.

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
const AT_ONCE: i64 = 100;

/// How long what is over stays for a look back.
const KEPT: chrono::Duration = chrono::Duration::days(1);

/// How long counts of use stay: longer than a month, so that nobody is metered twice in one.
const USAGE_KEPT: chrono::Duration = chrono::Duration::days(70);

/// Sweeps until told to stop. Replicas may sweep at the same time: each row is deleted once, each session ended once.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&app)).await;
}

/// Sweeps once.
///
/// # Errors
/// When the store can't be reached.
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    // A connection of its own, since it is set to wait for nobody: rows come here in no order.
    let mut worker = app.db.worker().acquire().await?.detach();
    store::sweep::set_lock_timeout(&mut worker).await?;
    for (tenant_id, session_id) in store::sweep::expired_sessions(&mut worker, now, AT_ONCE).await? {
        end_session(app, tenant_id, session_id, None).await?;
    }
    let before = now - KEPT;
    let mut deleted = store::sweep::delete_codes(&mut worker, before).await?;
    deleted += store::sweep::delete_invitations(&mut worker, before).await?;
    deleted += store::sweep::delete_tokens(&mut worker, before).await?;
    deleted += store::sweep::delete_sessions(&mut worker, before).await?;
    deleted += store::sweep::delete_revoked(&mut worker, before).await?;
    deleted += store::sweep::delete_attempts(&mut worker, now - throttle::WINDOW).await?;
    deleted += store::sweep::delete_usage(&mut worker, (now - USAGE_KEPT).date_naive()).await?;
    deleted += store::sweep::delete_ceremonies(&mut worker, now).await?;
    deleted += store::sweep_mail::delete_mails(&mut worker, now - mail::SENT_KEPT, now - mail::FAILED_KEPT).await?;
    deleted += store::sweep_mail::delete_requests(&mut worker, now - mail::WINDOW).await?;
    deleted += store::sweep_mail::delete_sign_ups(&mut worker, now).await?;
    deleted += store::sweep_mail::delete_resets(&mut worker, before).await?;
    deleted += store::sweep_mail::delete_devices(&mut worker, now - known_device::KEPT).await?;
    worker.close().await?;
    tracing::debug!(rows.deleted = deleted, "swept");
    Ok(())
}

//! Deletes expired data.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use crate::{app::App, domain::delivery, store};

const EVERY: Duration = Duration::from_secs(600);

/// Sweeps until `stop` is cancelled. Replicas can run it at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&app)).await;
}

/// Deletes deliveries and their usage that are older than their retention. Charges and daily spending are never deleted.
pub async fn sweep(app: &App) -> Result<(), sqlx::Error> {
    let (worker, before) = (app.db.worker(), app.clock.now() - delivery::RETENTION);
    let deleted = store::delivery::sweep(worker, before).await? + store::usage::sweep(worker, before).await?;
    tracing::debug!(rows.deleted = deleted, "expired rows deleted");
    Ok(())
}

//! Deletes expired data.

use std::time::Duration;

use chassis::lifecycle::{Steps, every};
use tokio_util::sync::CancellationToken;

use crate::{app::App, domain::delivery, store};

const EVERY: Duration = Duration::from_secs(600);

/// The retention of ended sessions: longer than a sign-in takes, and a redelivered event.
const ENDED_SESSION_RETENTION: chrono::Duration = chrono::Duration::days(1);

/// Sweeps until `stop` is cancelled. Replicas can run it at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&app)).await;
}

/// Deletes deliveries and their usage that are older than their retention, and sessions that have ended. Charges and daily
/// spending are never deleted.
pub async fn sweep(app: &App) -> Result<(), sqlx::Error> {
    let (worker, now) = (app.db.worker(), app.clock.now());
    let mut steps = Steps::default();
    steps.add("deliveries", store::delivery::sweep(worker, now - delivery::RETENTION).await);
    steps.add("usage", store::usage::sweep(worker, now - delivery::RETENTION).await);
    steps.add("browser sessions", store::web_session::sweep(worker, now).await);
    steps.add("ended sessions", store::ended_session::sweep(worker, now - ENDED_SESSION_RETENTION).await);
    let deleted = steps.finish()?;
    tracing::debug!(rows.deleted = deleted, "expired rows deleted");
    Ok(())
}

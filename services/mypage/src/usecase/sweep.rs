//! Deletes expired data.

use std::time::Duration;

use chassis::lifecycle::{Steps, every};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::{activity, usage},
    store,
};

const EVERY: Duration = Duration::from_secs(600);

/// The retention of ended sessions: longer than the tokens of a session are valid.
const ENDED_SESSION_RETENTION: chrono::Duration = chrono::Duration::days(1);

/// Replicas may sweep at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&app)).await;
}

/// Deletes expired browser sessions, and ended sessions, activities, usage records and usage beyond their retention.
pub async fn sweep(app: &App) -> Result<(), sqlx::Error> {
    let (worker, now) = (app.db.worker(), app.clock.now());
    let mut steps = Steps::default();
    steps.add("browser sessions", store::web_session::sweep(worker, now).await);
    steps.add("ended sessions", store::ended_session::sweep(worker, now - ENDED_SESSION_RETENTION).await);
    steps.add("activities", store::activity::sweep(worker, now - activity::RETENTION).await);
    steps.add("usage records", store::usage::sweep_records(worker, now - usage::RECORD_RETENTION).await);
    steps.add("usage", store::usage::sweep(worker, now - usage::RETENTION).await);
    let deleted = steps.finish()?;
    tracing::debug!(rows.deleted = deleted, "expired rows deleted");
    Ok(())
}

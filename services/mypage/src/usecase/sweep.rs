//! Deletes expired data.

use std::time::Duration;

use chassis::lifecycle::every;
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

/// Deletes expired browser sessions, and ended sessions, activities and usage records beyond their retention.
pub async fn sweep(app: &App) -> Result<(), sqlx::Error> {
    let (worker, now) = (app.db.worker(), app.clock.now());
    let mut deleted = store::web_session::sweep(worker, now).await?;
    deleted += store::ended_session::sweep(worker, now - ENDED_SESSION_RETENTION).await?;
    deleted += store::activity::sweep(worker, now - activity::RETENTION).await?;
    deleted += store::usage::sweep(worker, now - usage::RETENTION).await?;
    tracing::debug!(rows.deleted = deleted, "expired rows deleted");
    Ok(())
}

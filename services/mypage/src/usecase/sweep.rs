//! Deletes what nobody needs any more.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::{activity, usage},
    store,
};

const EVERY: Duration = Duration::from_secs(600);

/// How long it is remembered that login ended a session: longer than the tokens of that session last.
const ENDED_KEPT: chrono::Duration = chrono::Duration::days(1);

/// Sweeps until told to stop. Replicas may sweep at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&app)).await;
}

/// Sweeps once: browser sessions past their end, notes of ended ones, and what is kept for no longer of timelines and usage.
///
/// # Errors
/// When the store can't be reached.
pub async fn sweep(app: &App) -> Result<(), sqlx::Error> {
    let (worker, now) = (app.db.worker(), app.clock.now());
    let mut deleted = store::web_session::sweep(worker, now).await?;
    deleted += store::ended_session::sweep(worker, now - ENDED_KEPT).await?;
    deleted += store::activity::sweep(worker, now - activity::KEPT).await?;
    deleted += store::usage::sweep(worker, now - usage::KEPT).await?;
    tracing::debug!(rows.deleted = deleted, "swept");
    Ok(())
}

//! Counts the impressions and clicks of each creative, for its expected click-through rate.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use crate::{app::App, store};

/// The time between two counts. Each one makes the index read the campaigns that were seen since the last one.
const EVERY: Duration = Duration::from_secs(60);

/// Counts until `stop` is cancelled. Replicas can run it at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "creative counts", || count_creatives(&app)).await;
}

/// Counts the deliveries since the last count.
pub async fn count_creatives(app: &App) -> Result<(), sqlx::Error> {
    let creatives = store::creative_count::count(app.db.worker()).await?;
    tracing::debug!(creatives, "deliveries counted");
    Ok(())
}

//! Begins the months of tenants that changed their time zone or currency in the month before.

use std::time::Duration;

use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use crate::{app::App, store};

const EVERY: Duration = Duration::from_secs(10);

/// Begins terms until `stop` is cancelled. Replicas can run it at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "terms", || begin_terms(&app)).await;
}

/// Stores the terms that hold now as the present ones, for the index. What is charged uses them from their first second on:
/// see [`crate::domain::tenant::Tenant::terms_at`].
pub async fn begin_terms(app: &App) -> Result<(), sqlx::Error> {
    let now = app.clock.now();
    for tenant in store::tenant::due(app.db.worker(), now).await? {
        let mut tx = app.db.begin(tenant).await?;
        store::tenant::begin_terms(&mut tx, tenant, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

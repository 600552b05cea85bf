//! Deleting what nobody needs any more.

use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::process;
use tokio_util::sync::CancellationToken;

use crate::domain::serve::DELIVERY_KEPT;
use crate::store::deliveries;

const EVERY: Duration = Duration::from_secs(600);

/// Sweeps until told to stop. Replicas may sweep at the same time.
pub async fn run(db: Db, clock: Clock, stop: CancellationToken) {
    let mut every = tokio::time::interval(EVERY);
    while stop.run_until_cancelled(every.tick()).await.is_some() {
        match sweep(&db, &clock).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(removed, "deliveries swept"),
            Err(error) => tracing::warn!(error = process::chain(&error), "sweep failed, and is tried again"),
        }
    }
}

/// Sweeps once, and says how many deliveries are gone. Charges, and what campaigns have spent, stay.
///
/// # Errors
/// When the database can't be reached.
pub async fn sweep(db: &Db, clock: &Clock) -> Result<u64, sqlx::Error> {
    deliveries::sweep(db.worker(), clock.now() - DELIVERY_KEPT).await
}

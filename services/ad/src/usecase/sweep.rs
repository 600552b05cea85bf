//! Deleting what nobody needs any more.

use std::time::Duration;

use chassis::clock::Clock;
use chassis::db::Db;
use chassis::lifecycle::every;
use tokio_util::sync::CancellationToken;

use crate::domain::serve::DELIVERY_KEPT;
use crate::store::deliveries;

const EVERY: Duration = Duration::from_secs(600);

/// Sweeps until told to stop. Replicas may sweep at the same time.
pub async fn run(db: Db, clock: Clock, stop: CancellationToken) {
    every(EVERY, stop, "sweep", || sweep(&db, &clock)).await;
}

/// Sweeps once. Charges, and what campaigns have spent, stay.
///
/// # Errors
/// When the database can't be reached.
pub async fn sweep(db: &Db, clock: &Clock) -> Result<(), sqlx::Error> {
    let deleted = deliveries::sweep(db.worker(), clock.now() - DELIVERY_KEPT).await?;
    tracing::debug!(rows.deleted = deleted, "swept");
    Ok(())
}

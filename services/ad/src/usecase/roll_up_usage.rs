//! Rolls up usage: publishes one record a tenant, metric, currency and minute, with each unit in exactly one.

use std::time::Duration;

use chassis::{id::TenantId, lifecycle::every};
use chrono::{DateTime, DurationRound, Utc};
use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    domain::usage::{PERIOD, RollUpId, records},
    events, store,
};

const EVERY: Duration = Duration::from_secs(5);

/// Rolls up until `stop` is cancelled. Replicas can run it at the same time.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "usage", || roll_up_usage(&app)).await;
}

/// Rolls up the units of all minutes that have ended. A unit that commits later is in the next roll-up.
pub async fn roll_up_usage(app: &App) -> Result<(), sqlx::Error> {
    let before = app.clock.now().duration_trunc(PERIOD).expect("a minute fits");
    for tenant in store::usage::pending_tenants(app.db.worker(), before).await? {
        while roll_up(app, tenant, before).await? {}
    }
    Ok(())
}

/// Rolls up at most [`crate::domain::usage::MAX_UNITS`] units, and returns whether there were any.
async fn roll_up(app: &App, tenant: TenantId, before: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    let id = RollUpId::new(&app.clock);
    let units = store::usage::cut(&mut tx, id, before).await?;
    for record in records(&units, &app.clock) {
        store::usage::insert_record(&mut tx, tenant, id, &record).await?;
        events::usage_recorded(&mut tx, &app.clock, tenant, &record).await?;
    }
    tx.commit().await?;
    Ok(!units.is_empty())
}

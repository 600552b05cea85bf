//! Stores the refused clicks that were counted in memory.

use std::{collections::BTreeMap, time::Duration};

use chassis::{error::chain, id::TenantId, lifecycle::every};
use tokio_util::sync::CancellationToken;

use crate::{app::App, refusals::Refused, store};

const EVERY: Duration = Duration::from_secs(5);

/// Stores until `stop` is cancelled, and once more then.
pub async fn run(app: App, stop: CancellationToken) {
    every(EVERY, stop, "refusals", || store_refusals(&app)).await;
    if let Err(error) = store_refusals(&app).await {
        tracing::warn!(error = chain(&error), "refused clicks not stored");
    }
}

/// Stores all counts, a tenant a transaction. Those of a failed transaction are stored with the next ones.
pub async fn store_refusals(app: &App) -> Result<(), sqlx::Error> {
    let mut tenants: BTreeMap<TenantId, Vec<(Refused, i64)>> = BTreeMap::new();
    for (refused, count) in app.refusals.take() {
        tenants.entry(refused.tenant_id).or_default().push((refused, count));
    }
    let mut result = Ok(());
    for (tenant, counts) in tenants {
        if let Err(error) = store(app, tenant, &counts).await {
            app.refusals.add(counts);
            result = Err(error);
        }
    }
    result
}

async fn store(app: &App, tenant: TenantId, counts: &[(Refused, i64)]) -> Result<(), sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    // Without the tenant there is no campaign of it either.
    let Some(known) = store::tenant::find(&mut tx, tenant).await? else { return Ok(()) };
    // In one order, so that replicas do not deadlock.
    let mut rows: Vec<_> = counts.iter().map(|(refused, count)| (refused, known.today(refused.at), *count)).collect();
    rows.sort_by_key(|(refused, day, _)| (refused.campaign_id, *day, refused.reason));
    for (refused, day, count) in rows {
        store::refusal::add(&mut tx, tenant, refused.campaign_id, day, refused.reason, count).await?;
    }
    tx.commit().await
}

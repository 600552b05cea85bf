//! Lists the tenant's ledger, newest first, for pages.

use chassis::id::TenantId;

use crate::{
    app::App,
    domain::{charge::ChargeId, ledger::Entry},
    store,
};

/// Lists at most `limit` entries that are older than `before`.
pub async fn list_ledger(
    app: &App,
    tenant: TenantId,
    before: Option<ChargeId>,
    limit: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    store::ledger::list(&mut tx, before, limit).await
}

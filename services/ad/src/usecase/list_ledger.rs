//! Lists the tenant's charges and credits, newest first.

use chassis::id::TenantId;
use uuid::Uuid;

use crate::{app::App, domain::ledger::Entry, error::Error, store};

/// Lists at most `limit` lines that are older than `before`.
pub async fn list_ledger(app: &App, tenant: TenantId, before: Option<Uuid>, limit: i64) -> Result<Vec<Entry>, Error> {
    let mut tx = app.db.begin(tenant).await?;
    Ok(store::ledger::list(&mut tx, before, limit).await?)
}

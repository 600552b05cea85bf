//! Lists the tenant's charges, newest first.

use chassis::id::TenantId;
use uuid::Uuid;

use crate::{app::App, domain::charge::Charge, error::Error, store};

/// Lists at most `limit` charges that are older than `before`.
pub async fn list_charges(app: &App, tenant: TenantId, before: Option<Uuid>, limit: i64) -> Result<Vec<Charge>, Error> {
    let mut tx = app.db.begin(tenant).await?;
    Ok(store::charge::list(&mut tx, before, limit).await?)
}

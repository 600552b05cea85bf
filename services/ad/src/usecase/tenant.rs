//! Loads the tenant of a request from the read model of `login.tenant.v1`.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::{domain::tenant::Tenant, error::Error, store};

/// Returns the tenant, or [`Error::TenantUnknown`] until login's first event about it was consumed.
pub async fn tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<Tenant, Error> {
    store::tenant::find(conn, tenant).await?.ok_or(Error::TenantUnknown)
}

//! The tenant of a request, from the read model of login.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::{domain::tenant::Tenant, error::Error, store};

/// Returns the tenant, or [`Error::TenantUnknown`] until login's first event of it.
pub(super) async fn tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<Tenant, Error> {
    store::tenant::find(conn, tenant).await?.ok_or(Error::TenantUnknown)
}

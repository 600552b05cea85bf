//! Erases a tenant after login has published the erasure.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::store;

/// Deletes the tenant's name and signs out its browsers. Persons and campaigns have tombstones of their own. Usage records and
/// the time zones of their months stay, because accounting records must be retained.
pub async fn erase_tenant(conn: &mut PgConnection, tenant: TenantId) -> Result<(), sqlx::Error> {
    store::tenant::delete(conn, tenant).await?;
    store::web_session::delete_by_tenant(conn, tenant).await?;
    tracing::info!(%tenant, "tenant erased");
    Ok(())
}

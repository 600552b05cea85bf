//! Reads the time zone of a tenant, in which its days and months are counted.

use chassis::id::TenantId;
use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::{app::App, store};

pub async fn time_zone(app: &App, tenant: TenantId) -> Result<Tz, sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    read(&mut tx, tenant).await
}

/// Reads the tenant's time zone: UTC until login's first event of the tenant.
pub(super) async fn read(conn: &mut PgConnection, tenant: TenantId) -> Result<Tz, sqlx::Error> {
    Ok(store::tenant::find(conn, tenant).await?.map_or(Tz::UTC, |tenant| tenant.time_zone))
}

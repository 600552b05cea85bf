//! login.tenant.v1: stores the tenant; a suspended tenant's browsers are signed out.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::login::v1::{TenantChanged, TenantStatus};
use sqlx::PgConnection;

use super::{Handlers, required, same_tenant, time};
use crate::{domain::tenant::TenantUpdate, store, usecase::time_zone::record_time_zone};

impl Consume<TenantChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<TenantChanged>) -> Result<(), ConsumeError> {
        let tenant = required(event.payload)?;
        same_tenant(event.tenant_id, &tenant.tenant_id)?;
        let update = TenantUpdate {
            name: &tenant.name,
            locale: &tenant.locale,
            time_zone: &tenant.time_zone,
            currency_code: &tenant.currency_code,
            version: tenant.version,
            changed_at: time("changed_at", tenant.changed_at)?,
        };
        let newer = store::tenant::upsert(conn, event.tenant_id, &update).await?;
        if newer {
            record_time_zone(conn, event.tenant_id, &update, self.clock.now()).await?;
        }
        if newer && tenant.status() == TenantStatus::Suspended {
            store::web_session::delete_by_tenant(conn, event.tenant_id).await?;
        }
        Ok(())
    }
}

//! login.tenant.v1: stores the tenant; a tombstone deletes it; a suspended or erased tenant's browsers are signed out.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
    id::TenantId,
};
use contracts::{
    login::v1::{TenantChanged, TenantStatus},
    read,
};
use sqlx::PgConnection;

use super::Handlers;
use crate::{
    domain::tenant::TenantUpdate,
    store,
    usecase::{erase_tenant::erase_tenant, time_zone::record_time_zone},
};

impl Consume<TenantChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<TenantChanged>) -> Result<(), ConsumeError> {
        let Some(tenant) = event.payload else {
            // The key of a tombstone is all that names its tenant, besides the envelope.
            if read::id::<TenantId>("key", &event.key)? != event.tenant_id {
                return Err(ConsumeError::invalid("the key is not the tenant in ce_tenantid"));
            }
            return Ok(erase_tenant(conn, event.tenant_id).await?);
        };
        let update = TenantUpdate {
            name: &read::text(&tenant.name),
            locale: &read::code(&tenant.locale, ""),
            time_zone: &read::code(&tenant.time_zone, "UTC"),
            currency_code: &read::currency(&tenant.currency_code),
            version: read::version(tenant.version)?,
            changed_at: read::time_or(tenant.changed_at, event.time, self.clock.now()),
        };
        let before = store::tenant::find(conn, event.tenant_id).await?;
        let newer = store::tenant::upsert(conn, event.tenant_id, &update).await?;
        if newer {
            record_time_zone(conn, event.tenant_id, before.as_ref(), &update, self.clock.now()).await?;
        }
        // A status that this version does not know is read as "not suspended": login decides who can sign in.
        if newer && tenant.status() == TenantStatus::Suspended {
            store::web_session::delete_by_tenant(conn, event.tenant_id).await?;
        }
        Ok(())
    }
}

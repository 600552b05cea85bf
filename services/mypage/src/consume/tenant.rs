//! login.tenant.v1: a tenant's name, language, time zone and currency.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::login::v1::{TenantChanged, TenantStatus};
use sqlx::PgConnection;

use super::{Handlers, required, same_tenant, time};
use crate::store::{self, tenant::TenantState};

impl Consume<TenantChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<TenantChanged>) -> Result<(), ConsumeError> {
        let tenant = required(event.payload)?;
        same_tenant(event.tenant_id, &tenant.tenant_id)?;
        let state = TenantState {
            name: &tenant.name,
            locale: &tenant.locale,
            time_zone: &tenant.time_zone,
            currency_code: &tenant.currency_code,
            version: tenant.version,
            changed_at: time("changed_at", tenant.changed_at)?,
        };
        let newer = store::tenant::upsert(conn, event.tenant_id, &state).await?;
        if newer && tenant.status() == TenantStatus::Suspended {
            store::web_session::delete_by_tenant(conn, event.tenant_id).await?;
        }
        Ok(())
    }
}

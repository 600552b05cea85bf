//! `login.tenant.v1`: name, language, time zone, currency and status of a tenant.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::login::v1::{TenantChanged, TenantStatus};
use sqlx::PgConnection;

use super::Handlers;
use crate::{
    domain::tenant::{Tenant, time_zone},
    store,
};

impl Consume<TenantChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<TenantChanged>) -> Result<(), ConsumeError> {
        // A tombstone changes nothing: the tenant's ledger stays.
        let Some(changed) = event.payload else { return Ok(()) };
        let time_zone = time_zone(&changed.time_zone)
            .ok_or_else(|| ConsumeError::invalid(format!("time_zone {:?} is unknown", changed.time_zone)))?;
        let tenant = Tenant {
            tenant_id: event.tenant_id,
            time_zone,
            active: changed.status() != TenantStatus::Suspended,
            name: changed.name,
            locale: changed.locale,
            currency_code: changed.currency_code,
            version: changed.version,
        };
        store::tenant::upsert(conn, &tenant).await?;
        Ok(())
    }
}

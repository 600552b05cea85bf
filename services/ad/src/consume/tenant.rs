//! `login.tenant.v1`: name, language, time zone, currency and status of a tenant. Another time zone or currency holds from the
//! next month on.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    login::v1::{TenantChanged, TenantStatus},
    read,
};
use sqlx::PgConnection;

use super::Handlers;
use crate::{
    domain::tenant::{Tenant, Terms},
    store,
};

impl Consume<TenantChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<TenantChanged>) -> Result<(), ConsumeError> {
        // A tombstone changes nothing: the tenant's ledger stays.
        let Some(changed) = event.payload else { return Ok(()) };
        let tenant = Tenant {
            tenant_id: event.tenant_id,
            name: read::text(&changed.name),
            locale: read::code(&changed.locale, ""),
            terms: Terms {
                time_zone: read::code(&changed.time_zone, "UTC"),
                currency_code: read::currency(&changed.currency_code),
            },
            next: None,
            // A status that this version does not know is read as "not suspended": login decides who can sign in.
            active: changed.status() != TenantStatus::Suspended,
            version: read::version(changed.version)?,
        };
        let now = self.clock.now();
        let tenant = match store::tenant::find(conn, event.tenant_id).await? {
            Some(known) => known.change(tenant, read::time_or(changed.changed_at, now, now)),
            None => tenant,
        };
        store::tenant::upsert(conn, &tenant).await?;
        Ok(())
    }
}

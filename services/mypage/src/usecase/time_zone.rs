//! The time zones of a tenant: one for its days, which changes at once, and those of its months.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        month::Month,
        tenant::{self, TenantUpdate},
        time_zones::TimeZones,
    },
    store,
};

/// Reads the time zone of the tenant's days: UTC until login's first event of the tenant.
pub async fn time_zone(app: &App, tenant: TenantId) -> Result<Tz, sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    Ok(store::tenant::find(&mut tx, tenant).await?.map_or(Tz::UTC, |tenant| tenant.time_zone))
}

/// Reads the time zones of the tenant's months.
pub(super) async fn of_months(
    conn: &mut PgConnection,
    tenant: TenantId,
    now: DateTime<Utc>,
) -> Result<TimeZones, sqlx::Error> {
    let current = store::tenant::find(conn, tenant).await?;
    let zone = current.as_ref().map_or(Tz::UTC, |tenant| tenant.time_zone);
    let Some(zones) = TimeZones::new(store::time_zone::list(conn, tenant).await?) else {
        return Ok(TimeZones::only(zone));
    };
    Ok(match current {
        // During a rollout, the version before writes the tenant only.
        Some(current) if zones.latest() != zone => {
            let from = zones.from_month(current.changed_at, now);
            zones.then(from, zone)
        }
        _ => zones,
    })
}

/// Stores the time zone of a new version of the tenant: for all months of a new tenant, else from the next month on.
pub async fn record_time_zone(
    conn: &mut PgConnection,
    tenant: TenantId,
    update: &TenantUpdate<'_>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let from = match TimeZones::new(store::time_zone::list(conn, tenant).await?) {
        None => Month::FIRST,
        Some(zones) if zones.latest() == tenant::time_zone(update.time_zone) => return Ok(()),
        Some(zones) => zones.from_month(update.changed_at, now),
    };
    store::time_zone::set(conn, tenant, from, update.time_zone).await
}

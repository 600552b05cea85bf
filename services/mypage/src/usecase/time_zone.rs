//! The time zones of a tenant: one for its days, which changes at once, and those of its months.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::{
    app::App,
    domain::{
        month::Month,
        tenant::{self, Tenant, TenantUpdate},
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
pub(super) async fn of_months(conn: &mut PgConnection, tenant: TenantId) -> Result<TimeZones, sqlx::Error> {
    let current = store::tenant::find(conn, tenant).await?;
    Ok(match (TimeZones::new(store::time_zone::list(conn, tenant).await?), current) {
        (None, current) => TimeZones::only(current.map_or(Tz::UTC, |tenant| tenant.time_zone)),
        (Some(zones), None) => zones,
        (Some(zones), Some(current)) => match unrecorded(&zones, &current) {
            Some(from) => zones.then(from, current.time_zone),
            None => zones,
        },
    })
}

/// Stores the time zone of a new version of the tenant: for all months of a new tenant, else from the next month on.
/// `before` is the version that it replaces.
pub async fn record_time_zone(
    conn: &mut PgConnection,
    tenant: TenantId,
    before: Option<&Tenant>,
    update: &TenantUpdate<'_>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let stored = TimeZones::new(store::time_zone::list(conn, tenant).await?);
    let zones = match (stored, before) {
        (None, None) => return store::time_zone::set(conn, tenant, Month::FIRST, update.time_zone).await,
        (None, Some(before)) => {
            store::time_zone::set(conn, tenant, Month::FIRST, before.time_zone.name()).await?;
            TimeZones::only(before.time_zone)
        }
        (Some(zones), before) => {
            match before.and_then(|before| Some((unrecorded(&zones, before)?, before.time_zone))) {
                Some((from, zone)) => {
                    store::time_zone::set(conn, tenant, from, zone.name()).await?;
                    zones.then(from, zone)
                }
                None => zones,
            }
        }
    };
    if zones.latest() == tenant::time_zone(update.time_zone) {
        return Ok(());
    }
    store::time_zone::set(conn, tenant, zones.from_month(update.changed_at, now), update.time_zone).await
}

/// The first month of a change that is not among `zones`: during a rollout, the version before stores it in the tenant
/// only. It stores it soon after the change, so the month does not depend on the present time.
fn unrecorded(zones: &TimeZones, tenant: &Tenant) -> Option<Month> {
    (zones.latest() != tenant.time_zone).then(|| zones.from_month(tenant.changed_at, tenant.changed_at))
}

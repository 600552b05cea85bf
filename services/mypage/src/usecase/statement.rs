//! What a tenant used in a month, and its campaigns: for its admins.

use chassis::id::TenantId;
use chrono_tz::Tz;

use crate::{
    app::App,
    domain::{
        month::Month,
        usage::{Campaign, MonthUsage, complete},
    },
    error::Error,
    store,
};

/// The tenant's use of all products in that month, or in the present one, of its own time zone.
pub async fn month_usage(app: &App, tenant: TenantId, month: Option<Month>) -> Result<MonthUsage, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let time_zone = store::tenant::find(&mut tx, tenant).await?.map_or(Tz::UTC, |tenant| tenant.time_zone);
    let month = month.unwrap_or_else(|| Month::at(app.clock.now(), time_zone));
    let (start, end) = month.bounds(time_zone);
    let used = store::usage::between(&mut tx, tenant, start, end).await?;
    Ok(MonthUsage { month, time_zone, lines: complete(used) })
}

/// The tenant's campaigns.
pub async fn campaigns(app: &App, tenant: TenantId) -> Result<Vec<Campaign>, Error> {
    let mut tx = app.db.begin(tenant).await?;
    Ok(store::campaign::list(&mut tx, tenant).await?)
}

//! The usage and the campaigns of a tenant, for its admins.

use chassis::id::TenantId;

use super::time_zone;
use crate::{
    app::App,
    domain::{
        campaign::Campaign,
        month::Month,
        usage::{MonthUsage, complete},
    },
    error::Error,
    store,
};

/// Sums a tenant's usage in a month of its time zone, by default the current month.
pub async fn month_usage(app: &App, tenant: TenantId, month: Option<Month>) -> Result<MonthUsage, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let time_zone = time_zone::read(&mut tx, tenant).await?;
    let month = month.unwrap_or_else(|| Month::at(app.clock.now(), time_zone));
    let (start, end) = month.bounds(time_zone);
    let used = store::usage::between(&mut tx, tenant, start, end).await?;
    Ok(MonthUsage { month, time_zone, lines: complete(used) })
}

pub async fn campaigns(app: &App, tenant: TenantId) -> Result<Vec<Campaign>, Error> {
    let mut tx = app.db.begin(tenant).await?;
    Ok(store::campaign::list(&mut tx, tenant).await?)
}

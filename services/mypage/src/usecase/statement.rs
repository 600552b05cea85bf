//! The usage and the campaigns of a tenant, for its admins.

use chassis::id::TenantId;

use super::time_zone;
use crate::{
    app::App,
    domain::{
        campaign::{Campaign, CampaignPage, CampaignPlace},
        month::Month,
        usage::{MonthUsage, complete},
    },
    error::Error,
    store,
};

/// The number of campaigns on a page.
const CAMPAIGNS: usize = 50;

/// Sums a tenant's usage in a month, by default the present one.
pub async fn month_usage(app: &App, tenant: TenantId, month: Option<Month>) -> Result<MonthUsage, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let now = app.clock.now();
    let time_zones = time_zone::of_months(&mut tx, tenant).await?;
    let present = time_zones.month_at(now);
    let month = month.unwrap_or(present);
    let (start, end) = time_zones.bounds(month);
    let used = store::usage::between(&mut tx, tenant, start, end).await?;
    let days = store::usage::by_day(&mut tx, tenant, &time_zones.days(month)).await?;
    Ok(MonthUsage { month, present, time_zone: time_zones.of(month), lines: complete(used), days })
}

/// Reads the first campaigns, or those after a place.
pub async fn campaigns(app: &App, tenant: TenantId, after: Option<&CampaignPlace>) -> Result<CampaignPage, Error> {
    let mut tx = app.db.begin(tenant).await?;
    let mut campaigns = store::campaign::page(&mut tx, tenant, after, CAMPAIGNS as i64 + 1).await?;
    let more = campaigns.len() > CAMPAIGNS;
    campaigns.truncate(CAMPAIGNS);
    let next = campaigns.last().filter(|_| more).map(Campaign::place);
    Ok(CampaignPage { campaigns, next })
}

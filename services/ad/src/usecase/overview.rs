//! Lists a tenant's campaigns with what they spent today and this month.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::{
    app::App,
    domain::{
        campaign::{Campaign, CampaignId},
        tenant::Tenant,
    },
    error::Error,
    store,
};

/// A campaign of the list. Amounts are micros of its currency.
#[derive(Clone, Debug)]
pub struct Overview {
    pub campaign: Campaign,
    pub spent_today: i64,
    pub spent_month: i64,
}

/// Lists at most `limit` campaigns that are older than `before`, newest first.
pub async fn overview(
    app: &App,
    tenant: &Tenant,
    before: Option<CampaignId>,
    limit: i64,
) -> Result<Vec<Overview>, Error> {
    let mut tx = app.db.begin(tenant.tenant_id).await?;
    let campaigns = store::campaign::list(&mut tx, before.map(|id| id.as_uuid()), limit).await?;
    let ids: Vec<_> = campaigns.iter().map(|campaign| campaign.campaign_id).collect();
    let (first, today) = this_month(tenant, app.clock.now());
    let spent = store::report::spent(&mut tx, &ids, first, today).await?;
    let spent: HashMap<CampaignId, store::report::Spent> = spent.into_iter().collect();
    let overview = |campaign: Campaign| {
        let spent = spent.get(&campaign.campaign_id).copied().unwrap_or_default();
        Overview { campaign, spent_today: spent.today, spent_month: spent.month }
    };
    Ok(campaigns.into_iter().map(overview).collect())
}

/// The first day of the tenant's month, and today.
fn this_month(tenant: &Tenant, now: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let today = tenant.today(now);
    (today.with_day(1).unwrap_or(today), today)
}

//! Lists a tenant's campaigns with what they spent today, and what happened this month.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::{
    app::App,
    domain::{
        campaign::{Campaign, CampaignId},
        report::{By, Counts, periods},
        tenant::{Tenant, zone},
    },
    error::Error,
    store,
};

/// A campaign of the list. Amounts are micros of its currency.
#[derive(Clone, Debug)]
pub struct Overview {
    pub campaign: Campaign,
    pub spent_today: i64,
    pub month: Counts,
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
    let now = app.clock.now();
    let today = tenant.today(now);
    let month = this_month(zone(&tenant.terms_at(now).time_zone), today);
    let sums = store::report::sums(&mut tx, &ids, month, today).await?;
    let overview = |(campaign, sums): (Campaign, store::report::Sums)| Overview {
        campaign,
        spent_today: sums.today,
        month: sums.month,
    };
    Ok(campaigns.into_iter().zip(sums).map(overview).collect())
}

/// The first day of the month, and its start.
fn this_month(zone: Tz, today: NaiveDate) -> (NaiveDate, DateTime<Utc>) {
    let first = today.with_day(1).unwrap_or(today);
    let start = periods(By::Day, today, zone).first().map(|period| period.start);
    (first, start.unwrap_or_default())
}

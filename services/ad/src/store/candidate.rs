//! The auction's candidates: active campaigns of all tenants, for the worker role.

use chassis::id::TenantId;
use sqlx::PgPool;

use crate::domain::{
    auction::Candidate,
    campaign::{CampaignId, page_language},
    day::DaySpent,
    interest::Interest,
    money::{Currency, Money},
    tenant::zone,
};

/// Lists every active campaign of an active tenant, each with its last day of spending.
pub async fn list(worker: &PgPool) -> Result<Vec<Candidate>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT c.campaign_id, c.tenant_id, t.name AS advertiser_name, t.time_zone, c.headline, c.body, c.locale, c.interests,
                  c.bid_micros, c.daily_budget_micros, c.currency_code, c.open_to_all,
                  d.day AS "day?", d.spent_micros AS "spent_micros?"
           FROM campaign c
           JOIN tenant t USING (tenant_id)
           LEFT JOIN LATERAL (
               SELECT day, spent_micros FROM campaign_day WHERE campaign_id = c.campaign_id ORDER BY day DESC LIMIT 1
           ) d ON true
           WHERE c.status = 'active' AND t.active
           ORDER BY c.campaign_id"#
    )
    .fetch_all(worker)
    .await?;
    // Skips a row with a value that only a later version knows, so that the other campaigns are still served.
    let campaigns = rows.into_iter().filter_map(|row| {
        Some(Candidate {
            campaign_id: CampaignId::from(row.campaign_id),
            tenant_id: TenantId::from(row.tenant_id),
            advertiser_name: row.advertiser_name,
            time_zone: zone(&row.time_zone),
            headline: row.headline,
            body: row.body,
            locale: page_language(&row.locale)?,
            interests: Interest::known(&row.interests),
            bid: Money::payable(row.bid_micros, Currency::from_code(&row.currency_code)?),
            daily_budget: row.daily_budget_micros,
            open_to_all: row.open_to_all,
            spent: row.day.zip(row.spent_micros).map(|(day, micros)| DaySpent { day, micros }),
        })
    });
    Ok(campaigns.collect())
}

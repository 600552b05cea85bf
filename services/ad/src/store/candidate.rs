//! The auction's candidates: active campaigns of all tenants, for the worker role.

use chassis::id::TenantId;
use sqlx::PgPool;

use crate::domain::{
    auction::Candidate,
    campaign::{CampaignId, Hours, Schedule, page_language},
    creative::CreativeId,
    day::DaySpent,
    interest::Interest,
    money::{Currency, Money},
    tenant::zone,
};

/// Lists every active campaign of an active tenant, each with its first approved creative and its last day of spending.
pub async fn list(worker: &PgPool) -> Result<Vec<Candidate>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT c.campaign_id, c.tenant_id, t.name AS advertiser_name, t.time_zone, r.creative_id, r.headline, r.body, c.locale,
                  c.interests, c.bid_micros, c.daily_budget_micros, c.currency_code, c.open_to_all, c.starts_on, c.ends_on,
                  c.hours,
                  d.day AS "day?", d.spent_micros AS "spent_micros?"
           FROM campaign c
           JOIN tenant t USING (tenant_id)
           JOIN LATERAL (
               SELECT creative_id, headline, body FROM creative
               WHERE campaign_id = c.campaign_id AND review = 'approved' AND removed_at IS NULL ORDER BY creative_id LIMIT 1
           ) r ON true
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
            creative_id: CreativeId::from(row.creative_id),
            headline: row.headline,
            body: row.body,
            locale: page_language(&row.locale)?,
            interests: Interest::known(&row.interests),
            bid: Money::payable(row.bid_micros, Currency::from_code(&row.currency_code)?),
            daily_budget: row.daily_budget_micros,
            open_to_all: row.open_to_all,
            schedule: Schedule { starts_on: row.starts_on, ends_on: row.ends_on, hours: Hours::stored(row.hours) },
            spent: row.day.zip(row.spent_micros).map(|(day, micros)| DaySpent { day, micros }),
        })
    });
    Ok(campaigns.collect())
}

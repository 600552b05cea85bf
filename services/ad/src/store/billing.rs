//! Reads what a click is billed by: its campaign, locked, the advertiser, and the content that was clicked.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::campaign::Row;
use crate::domain::{
    campaign::Campaign,
    creative::Content,
    serve::Serve,
    tenant::{Advertiser, zone},
};

/// What a click is billed by.
pub struct Billing {
    pub campaign: Campaign,
    pub advertiser: Advertiser,
    /// The content that the viewer saw.
    pub content: Content,
}

/// Locks the campaign of a link until the end of the transaction, so that its charges and its events are in order. One
/// statement, because each charged click waits for it. `None` if the campaign or the creative does not exist.
pub async fn lock(conn: &mut PgConnection, serve: &Serve, now: DateTime<Utc>) -> Result<Option<Billing>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT c.campaign_id, c.tenant_id, c.name, c.headline, c.body, c.landing_url, c.locale, c.interests, c.bid_micros,
               c.daily_budget_micros, c.total_budget_micros, c.currency_code, c.open_to_all, c.starts_on, c.ends_on, c.hours,
               c.frequency_cap, c.status, c.version, c.created_at, c.updated_at, t.active,
               CASE WHEN t.next_from <= $2 AND t.next_version = t.version THEN t.next_time_zone ELSE t.time_zone END AS time_zone,
               r.headline AS "seen_headline?", r.body AS "seen_body?", r.landing_url AS "seen_landing_url?"
           FROM campaign c
           JOIN tenant t USING (tenant_id)
           LEFT JOIN creative r ON r.creative_id = $3 AND r.campaign_id = c.campaign_id
           WHERE c.campaign_id = $1 FOR UPDATE OF c"#,
        serve.campaign_id.as_uuid(),
        now,
        serve.creative_id.map(|id| id.as_uuid()),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| {
        let advertiser = Advertiser {
            tenant_id: TenantId::from(row.tenant_id),
            active: row.active,
            time_zone: zone(row.time_zone.as_deref().unwrap_or_default()),
        };
        let seen = row.seen_headline.zip(row.seen_body).zip(row.seen_landing_url);
        let seen = seen.map(|((headline, body), landing_url)| Content { headline, body, landing_url, image: None });
        let campaign = Campaign::from(Row {
            campaign_id: row.campaign_id,
            tenant_id: row.tenant_id,
            name: row.name,
            headline: row.headline,
            body: row.body,
            landing_url: row.landing_url,
            locale: row.locale,
            interests: row.interests,
            bid_micros: row.bid_micros,
            daily_budget_micros: row.daily_budget_micros,
            total_budget_micros: row.total_budget_micros,
            currency_code: row.currency_code,
            open_to_all: row.open_to_all,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            hours: row.hours,
            frequency_cap: row.frequency_cap,
            status: row.status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        });
        let content = if serve.creative_id.is_some() { seen? } else { campaign.first_content() };
        Some(Billing { campaign, advertiser, content })
    }))
}

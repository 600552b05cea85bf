//! Reads what a click is billed by: its campaign, locked, and the advertiser.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::campaign::Row;
use crate::domain::{
    campaign::{Campaign, CampaignId},
    tenant::{Advertiser, zone},
};

/// Locks a campaign until the end of the transaction, so that its charges and its events are in order. One statement, because
/// each charged click waits for it.
pub async fn lock(
    conn: &mut PgConnection,
    id: CampaignId,
    now: DateTime<Utc>,
) -> Result<Option<(Campaign, Advertiser)>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT c.campaign_id, c.tenant_id, c.name, c.headline, c.body, c.landing_url, c.locale, c.interests, c.bid_micros,
             c.daily_budget_micros, c.currency_code, c.open_to_all, c.status, c.version, c.created_at, c.updated_at,
             t.active,
             CASE WHEN t.next_from <= $2 AND t.next_version = t.version THEN t.next_time_zone ELSE t.time_zone END AS time_zone
         FROM campaign c JOIN tenant t USING (tenant_id)
         WHERE c.campaign_id = $1 FOR UPDATE OF c",
        id.as_uuid(),
        now,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| {
        let advertiser = Advertiser {
            tenant_id: TenantId::from(row.tenant_id),
            active: row.active,
            time_zone: zone(row.time_zone.as_deref().unwrap_or_default()),
        };
        let campaign = Row {
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
            currency_code: row.currency_code,
            open_to_all: row.open_to_all,
            status: row.status,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        };
        (campaign.into(), advertiser)
    }))
}

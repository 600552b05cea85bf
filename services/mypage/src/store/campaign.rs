//! Campaigns: the read model of ad.campaign.v1.

use chassis::id::TenantId;
use sqlx::PgConnection;

use crate::domain::campaign::{Campaign, CampaignId, CampaignPlace, Status};

/// Lists the campaigns, active ones first, then by name: those after a place, at most `limit`.
pub async fn page(
    conn: &mut PgConnection,
    tenant: TenantId,
    after: Option<&CampaignPlace>,
    limit: i64,
) -> Result<Vec<Campaign>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT campaign_id AS "campaign_id: CampaignId", name, headline, active, status, currency_code,
               daily_budget_micros, spent_today_micros, changed_at
           FROM campaign
           WHERE tenant_id = $1 AND ($2::boolean IS NULL OR (NOT active, name, campaign_id) > ($2, $3::text, $4::uuid))
           ORDER BY NOT active, name, campaign_id LIMIT $5"#,
        tenant.as_uuid(),
        after.map(|place| place.paused),
        after.map(|place| place.name.as_str()),
        after.map(|place| place.campaign_id.as_uuid()),
        limit,
    )
    .fetch_all(conn)
    .await?;
    let campaigns = rows.into_iter().map(|row| Campaign {
        campaign_id: row.campaign_id,
        name: row.name,
        headline: row.headline,
        status: Status::stored(row.active, row.status.as_deref()),
        currency_code: row.currency_code,
        daily_budget_micros: row.daily_budget_micros,
        spent_micros: row.spent_today_micros,
        changed_at: row.changed_at,
    });
    Ok(campaigns.collect())
}

/// Stores a version; returns `false` when a newer or equal version is stored.
pub async fn upsert(
    conn: &mut PgConnection,
    tenant: TenantId,
    campaign: &Campaign,
    version: i64,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO campaign (campaign_id, tenant_id, name, headline, active, status, currency_code, daily_budget_micros,
             spent_today_micros, version, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (campaign_id) DO UPDATE SET name = excluded.name, headline = excluded.headline,
             active = excluded.active, status = excluded.status, currency_code = excluded.currency_code,
             daily_budget_micros = excluded.daily_budget_micros, spent_today_micros = excluded.spent_today_micros,
             version = excluded.version, changed_at = excluded.changed_at
         WHERE campaign.version < excluded.version",
        campaign.campaign_id.as_uuid(),
        tenant.as_uuid(),
        campaign.name,
        campaign.headline,
        campaign.is_active(),
        campaign.status.name(),
        campaign.currency_code,
        campaign.daily_budget_micros,
        campaign.spent_micros,
        version,
        campaign.changed_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn delete(conn: &mut PgConnection, campaign: CampaignId) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM campaign WHERE campaign_id = $1", campaign.as_uuid()).execute(conn).await?;
    Ok(())
}

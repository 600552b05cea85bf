//! Table `campaign_day`: the spending of a campaign on a day.

use chassis::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::domain::campaign::CampaignId;

/// Returns the micros that a campaign spent on a day: 0 without a row.
pub async fn spent(conn: &mut PgConnection, campaign: CampaignId, day: NaiveDate) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT spent_micros FROM campaign_day WHERE campaign_id = $1 AND day = $2",
        campaign.as_uuid(),
        day,
    )
    .fetch_optional(conn)
    .await
    .map(Option::unwrap_or_default)
}

/// Adds `price` to the day's spending, and returns the new sum. If that would exceed the daily budget, adds nothing and
/// returns `None`. A budget that was lowered since `held_since` counts, too.
///
/// One statement checks and adds, so parallel clicks never exceed the budget.
pub async fn spend_within_budget(
    conn: &mut PgConnection,
    tenant: TenantId,
    campaign: CampaignId,
    day: NaiveDate,
    price: i64,
    held_since: Option<DateTime<Utc>>,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO campaign_day (campaign_id, day, tenant_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        campaign.as_uuid(),
        day,
        tenant.as_uuid(),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query_scalar!(
        "UPDATE campaign_day SET spent_micros = spent_micros + $3
         FROM campaign
         WHERE campaign.campaign_id = campaign_day.campaign_id
           AND campaign_day.campaign_id = $1 AND campaign_day.day = $2
           AND campaign_day.spent_micros + $3 <= greatest(campaign.daily_budget_micros, (
               SELECT max(held.daily_budget_micros) FROM lowered_budget held
               WHERE held.campaign_id = $1 AND held.lowered_at >= $4))
         RETURNING campaign_day.spent_micros",
        campaign.as_uuid(),
        day,
        price,
        held_since,
    )
    .fetch_optional(conn)
    .await
}

/// Returns the micros that each campaign spent on a day, without campaigns that spent nothing.
pub async fn spent_by_campaign(
    conn: &mut PgConnection,
    campaigns: &[CampaignId],
    day: NaiveDate,
) -> Result<Vec<(CampaignId, i64)>, sqlx::Error> {
    let ids: Vec<_> = campaigns.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "SELECT campaign_id, spent_micros FROM campaign_day WHERE campaign_id = ANY ($1) AND day = $2",
        &ids as _,
        day,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (CampaignId::from(row.campaign_id), row.spent_micros)).collect())
}

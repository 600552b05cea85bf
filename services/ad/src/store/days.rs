//! Table `campaign_day`: what a campaign has spent on a day.

use chassis::id::TenantId;
use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::domain::campaign::CampaignId;

/// What the campaign has spent on that day.
///
/// # Errors
/// When the database can't be reached.
pub async fn spent(connection: &mut PgConnection, campaign: CampaignId, day: NaiveDate) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT spent_micros FROM campaign_day WHERE campaign_id = $1 AND day = $2",
        campaign.as_uuid(),
        day,
    )
    .fetch_optional(connection)
    .await
    .map(Option::unwrap_or_default)
}

/// Spends `price` of that day's budget if it is still there, in one statement, so that however many spend at once they
/// never spend more. Answers what is spent then; nothing when the budget does not hold it.
///
/// # Errors
/// When the database can't be reached.
pub async fn spend(
    connection: &mut PgConnection,
    tenant: TenantId,
    campaign: CampaignId,
    day: NaiveDate,
    price: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query!(
        "INSERT INTO campaign_day (campaign_id, day, tenant_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        campaign.as_uuid(),
        day,
        tenant.as_uuid(),
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar!(
        "UPDATE campaign_day SET spent_micros = spent_micros + $3
         FROM campaign
         WHERE campaign.campaign_id = campaign_day.campaign_id
           AND campaign_day.campaign_id = $1 AND campaign_day.day = $2
           AND campaign_day.spent_micros + $3 <= campaign.daily_budget_micros
         RETURNING campaign_day.spent_micros",
        campaign.as_uuid(),
        day,
        price,
    )
    .fetch_optional(connection)
    .await
}

/// What each of these campaigns has spent, with its id, on that day; those that spent nothing are left out.
///
/// # Errors
/// When the database can't be reached.
pub async fn spent_by(
    connection: &mut PgConnection,
    campaigns: &[CampaignId],
    day: NaiveDate,
) -> Result<Vec<(CampaignId, i64)>, sqlx::Error> {
    let ids: Vec<_> = campaigns.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "SELECT campaign_id, spent_micros FROM campaign_day WHERE campaign_id = ANY ($1) AND day = $2",
        &ids as _,
        day,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (CampaignId::from(row.campaign_id), row.spent_micros)).collect())
}

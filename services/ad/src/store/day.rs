//! Table `campaign_day`: the spending of a campaign on a day.

use chrono::NaiveDate;
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

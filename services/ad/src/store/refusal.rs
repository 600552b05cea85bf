//! Table `refusal`: refused clicks of a campaign, a day and reason.

use chassis::id::TenantId;
use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::domain::{campaign::CampaignId, refusal::Refusal};

/// Adds to a count. Does nothing for a campaign that does not exist.
pub async fn add(
    conn: &mut PgConnection,
    tenant: TenantId,
    campaign: CampaignId,
    day: NaiveDate,
    reason: Refusal,
    count: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO refusal AS known (campaign_id, day, reason, tenant_id, count)
         SELECT $1, $2, $3, $4, $5 WHERE EXISTS (SELECT FROM campaign WHERE campaign_id = $1)
         ON CONFLICT (campaign_id, day, reason) DO UPDATE SET count = known.count + excluded.count",
        campaign.as_uuid(),
        day,
        reason.name(),
        tenant.as_uuid(),
        count,
    )
    .execute(conn)
    .await
    .map(drop)
}

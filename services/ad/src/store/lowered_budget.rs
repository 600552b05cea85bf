//! Table `lowered_budget`: daily budgets from before they were lowered. They still hold for ads that were served before, and
//! explain what was spent of them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::{campaign::Campaign, money::Money, overspend::LOWERED_BUDGET_RETENTION};

/// Inserts the budget from before `campaign`'s present version, and deletes rows of the campaign that no longer count: old ones,
/// and those of less money, because the new row holds longer.
pub async fn insert(
    conn: &mut PgConnection,
    campaign: &Campaign,
    before: Money,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM lowered_budget WHERE campaign_id = $1 AND (lowered_at < $2 OR daily_budget_micros <= $3)",
        campaign.campaign_id.as_uuid(),
        now - LOWERED_BUDGET_RETENTION,
        before.micros,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO lowered_budget (campaign_id, version, tenant_id, daily_budget_micros, lowered_at)
         VALUES ($1, $2, $3, $4, $5)",
        campaign.campaign_id.as_uuid(),
        campaign.version,
        campaign.tenant_id.as_uuid(),
        before.micros,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

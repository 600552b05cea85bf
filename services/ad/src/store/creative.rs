//! Table `creative`: rows are inserted, reviewed and removed; their content never changes.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    creative::{Content, Creative, CreativeId, Review},
};

struct Row {
    creative_id: Uuid,
    campaign_id: Uuid,
    tenant_id: Uuid,
    headline: String,
    body: String,
    landing_url: String,
    review: String,
    review_reason: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<Row> for Creative {
    fn from(row: Row) -> Self {
        Self {
            creative_id: CreativeId::from(row.creative_id),
            campaign_id: CampaignId::from(row.campaign_id),
            tenant_id: TenantId::from(row.tenant_id),
            content: Content { headline: row.headline, body: row.body, landing_url: row.landing_url },
            review: Review::stored(&row.review, row.review_reason),
            created_at: row.created_at,
        }
    }
}

pub async fn insert(conn: &mut PgConnection, creative: &Creative) -> Result<(), sqlx::Error> {
    let reviewed_at = (creative.review != Review::Pending).then_some(creative.created_at);
    sqlx::query!(
        "INSERT INTO creative (creative_id, campaign_id, tenant_id, headline, body, landing_url, review, reviewed_at,
             created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        creative.creative_id.as_uuid(),
        creative.campaign_id.as_uuid(),
        creative.tenant_id.as_uuid(),
        creative.content.headline,
        creative.content.body,
        creative.content.landing_url,
        creative.review.name(),
        reviewed_at,
        creative.created_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Lists the creatives of the campaigns, oldest first, without those that were removed.
pub async fn list(conn: &mut PgConnection, campaigns: &[CampaignId]) -> Result<Vec<Creative>, sqlx::Error> {
    let ids: Vec<_> = campaigns.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT creative_id, campaign_id, tenant_id, headline, body, landing_url, review, review_reason, created_at
         FROM creative WHERE campaign_id = ANY ($1) AND removed_at IS NULL ORDER BY creative_id",
        &ids as _,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Creative::from).collect())
}

/// Returns the content of a creative, also of one that was removed.
pub async fn content(
    conn: &mut PgConnection,
    campaign: CampaignId,
    id: CreativeId,
) -> Result<Option<Content>, sqlx::Error> {
    sqlx::query_as!(
        Content,
        "SELECT headline, body, landing_url FROM creative WHERE creative_id = $1 AND campaign_id = $2",
        id.as_uuid(),
        campaign.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// Removes a creative from its campaign. The row stays for the links that name it.
pub async fn remove(conn: &mut PgConnection, id: CreativeId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE creative SET removed_at = $2 WHERE creative_id = $1", id.as_uuid(), now)
        .execute(conn)
        .await
        .map(drop)
}

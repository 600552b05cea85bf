//! Table `creative`: rows are inserted, reviewed and removed; their content never changes.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::domain::{
    campaign::CampaignId,
    creative::{Content, Creative, CreativeId, CreativeImage, ImageId, Review},
};

struct Row {
    creative_id: Uuid,
    campaign_id: Uuid,
    tenant_id: Uuid,
    headline: String,
    body: String,
    landing_url: String,
    image_sha256: Option<Vec<u8>>,
    image_alt: Option<String>,
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
            content: Content {
                headline: row.headline,
                body: row.body,
                landing_url: row.landing_url,
                image: image(row.image_sha256, row.image_alt),
            },
            review: Review::stored(&row.review, row.review_reason),
            created_at: row.created_at,
        }
    }
}

/// Reads the image of a creative. The `CHECK` of the table gives its hash 32 bytes.
pub(super) fn image(hash: Option<Vec<u8>>, alt: Option<String>) -> Option<CreativeImage> {
    Some(CreativeImage { image_id: ImageId(hash?.try_into().ok()?), alt: alt? })
}

pub async fn insert(conn: &mut PgConnection, creative: &Creative) -> Result<(), sqlx::Error> {
    let reviewed_at = (creative.review != Review::Pending).then_some(creative.created_at);
    sqlx::query!(
        "INSERT INTO creative (creative_id, campaign_id, tenant_id, headline, body, landing_url, image_sha256,
             image_alt, review, reviewed_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        creative.creative_id.as_uuid(),
        creative.campaign_id.as_uuid(),
        creative.tenant_id.as_uuid(),
        creative.content.headline,
        creative.content.body,
        creative.content.landing_url,
        creative.content.image.as_ref().map(|image| image.image_id.0.as_slice()),
        creative.content.image.as_ref().map(|image| image.alt.as_str()),
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
        "SELECT creative_id, campaign_id, tenant_id, headline, body, landing_url, image_sha256, image_alt, review,
             review_reason, created_at
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
    let row = sqlx::query!(
        "SELECT headline, body, landing_url, image_sha256, image_alt FROM creative
         WHERE creative_id = $1 AND campaign_id = $2",
        id.as_uuid(),
        campaign.as_uuid(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Content {
        headline: row.headline,
        body: row.body,
        landing_url: row.landing_url,
        image: image(row.image_sha256, row.image_alt),
    }))
}

/// Removes a creative from its campaign. The row stays for the links that name it.
pub async fn remove(conn: &mut PgConnection, id: CreativeId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE creative SET removed_at = $2 WHERE creative_id = $1", id.as_uuid(), now)
        .execute(conn)
        .await
        .map(drop)
}

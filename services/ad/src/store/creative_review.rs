//! Reviews in the table `creative`.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use super::creative::image;
use crate::domain::{
    campaign::CampaignId,
    creative::{Content, CreativeId, PendingCreative, Review},
};

/// Lists the pending creatives of the campaigns of all tenants, oldest first. Drafts are not submitted yet.
pub async fn list_pending(worker: &PgPool) -> Result<Vec<PendingCreative>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT r.creative_id, r.tenant_id, r.headline, r.body, r.landing_url, r.image_sha256, r.image_alt, c.name AS campaign_name, t.name AS advertiser_name
         FROM creative r JOIN campaign c USING (campaign_id) JOIN tenant t ON t.tenant_id = r.tenant_id
         WHERE r.review = 'pending' AND r.removed_at IS NULL AND c.status NOT IN ('draft', 'ended')
         ORDER BY r.creative_id"
    )
    .fetch_all(worker)
    .await?;
    let pending = rows.into_iter().map(|row| PendingCreative {
        creative_id: CreativeId::from(row.creative_id),
        advertiser_name: row.advertiser_name,
        campaign_name: row.campaign_name,
        tenant_id: TenantId::from(row.tenant_id),
        content: Content {
            headline: row.headline,
            body: row.body,
            landing_url: row.landing_url,
            image: image(row.image_sha256, row.image_alt),
        },
    });
    Ok(pending.collect())
}

/// Returns the tenant and the campaign of a creative.
pub async fn find_campaign(worker: &PgPool, id: CreativeId) -> Result<Option<(TenantId, CampaignId)>, sqlx::Error> {
    let row = sqlx::query!("SELECT tenant_id, campaign_id FROM creative WHERE creative_id = $1", id.as_uuid())
        .fetch_optional(worker)
        .await?;
    Ok(row.map(|row| (TenantId::from(row.tenant_id), CampaignId::from(row.campaign_id))))
}

pub async fn update(
    conn: &mut PgConnection,
    id: CreativeId,
    review: &Review,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE creative SET review = $2, review_reason = $3, reviewed_at = $4 WHERE creative_id = $1",
        id.as_uuid(),
        review.name(),
        review.reason(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

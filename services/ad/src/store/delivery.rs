//! Table `delivery`: counted impressions and clicks. Rows belong to the viewer's tenant.

use chassis::id::UserId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::domain::{creative::CreativeId, delivery::Delivery};

/// Inserts a delivery. Returns `false` for a duplicate: the primary key is (serve, kind).
pub async fn insert(conn: &mut PgConnection, delivery: &Delivery<'_>) -> Result<bool, sqlx::Error> {
    let serve = delivery.serve;
    let done = sqlx::query!(
        "INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
             creative_id, placement, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (serve_id, kind) DO NOTHING",
        serve.serve_id.as_uuid(),
        delivery.kind.name(),
        delivery.delivery_id.as_uuid(),
        serve.viewer_tenant_id.as_uuid(),
        serve.viewer_user_id.as_uuid(),
        serve.advertiser_tenant_id.as_uuid(),
        serve.campaign_id.as_uuid(),
        serve.creative_id.map(CreativeId::as_uuid),
        serve.placement,
        delivery.occurred_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes the person from the deliveries. The counts stay.
pub async fn erase_viewer(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE delivery SET viewer_user_id = NULL WHERE viewer_user_id = $1", user.as_uuid())
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes deliveries of all tenants that are older than `before`, and returns their number. For the worker role.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM delivery WHERE occurred_at < $1", before).execute(worker).await?.rows_affected())
}

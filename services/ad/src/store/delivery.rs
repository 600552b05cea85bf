//! Table `delivery`: counted impressions and clicks. Rows belong to the viewer's tenant.

use chassis::id::UserId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::domain::delivery::{Counted, Delivery};

/// Inserts a delivery, unless it is a duplicate, a click without an impression, or of an erased viewer. The primary key is
/// (serve, kind). One statement checks and inserts.
pub async fn insert(conn: &mut PgConnection, delivery: &Delivery<'_>) -> Result<Counted, sqlx::Error> {
    let serve = delivery.serve;
    let row = sqlx::query!(
        r#"WITH facts AS (
               SELECT EXISTS (SELECT FROM erased_viewer WHERE user_id = $5) AS erased,
                      $2 = 'impression' OR EXISTS (SELECT FROM delivery WHERE serve_id = $1 AND kind = 'impression') AS seen
           ), new AS (
               INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
                   placement, occurred_at)
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM facts WHERE seen AND NOT erased
               ON CONFLICT (serve_id, kind) DO NOTHING
               RETURNING serve_id
           )
           SELECT erased AS "erased!", seen AS "seen!", EXISTS (SELECT FROM new) AS "is_new!" FROM facts"#,
        serve.serve_id.as_uuid(),
        delivery.kind.name(),
        delivery.delivery_id.as_uuid(),
        serve.viewer_tenant_id.as_uuid(),
        serve.viewer_user_id.as_uuid(),
        serve.advertiser_tenant_id.as_uuid(),
        serve.campaign_id.as_uuid(),
        serve.placement,
        delivery.occurred_at,
    )
    .fetch_one(conn)
    .await?;
    Ok(match (row.erased, row.seen, row.is_new) {
        (true, ..) => Counted::ErasedViewer,
        (_, false, _) => Counted::WithoutImpression,
        (.., true) => Counted::New,
        _ => Counted::Repeated,
    })
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

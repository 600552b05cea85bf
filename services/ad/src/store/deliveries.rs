//! Table `delivery`: what was counted of a showing. Rows are the viewer's tenant's.

use chassis::id::UserId;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::domain::serve::{DeliveryId, Kind, Serve};

/// Keeps that this was seen or followed. False when it was already: the primary key counts it once, however many try at a time.
///
/// # Errors
/// When the database can't be reached.
pub async fn insert(
    connection: &mut PgConnection,
    id: DeliveryId,
    kind: Kind,
    serve: &Serve,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "INSERT INTO delivery (serve_id, kind, delivery_id, tenant_id, viewer_user_id, advertiser_tenant_id, campaign_id,
             placement, occurred_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (serve_id, kind) DO NOTHING",
        serve.serve_id.as_uuid(),
        kind.name(),
        id.as_uuid(),
        serve.viewer_tenant_id.as_uuid(),
        serve.viewer_user_id.as_uuid(),
        serve.advertiser_tenant_id.as_uuid(),
        serve.campaign_id.as_uuid(),
        serve.placement,
        now,
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Forgets who saw what: the counts stay, the person goes.
///
/// # Errors
/// When the database can't be reached.
pub async fn forget(connection: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE delivery SET viewer_user_id = NULL WHERE viewer_user_id = $1", user.as_uuid())
        .execute(connection)
        .await
        .map(drop)
}

/// Deletes what was counted before that time, of all tenants, and says how much. For the worker role.
///
/// # Errors
/// When the database can't be reached.
pub async fn sweep(worker: &PgPool, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    Ok(sqlx::query!("DELETE FROM delivery WHERE occurred_at < $1", before).execute(worker).await?.rows_affected())
}

//! Table `erased_viewer`: people who were erased a short time ago. Their links do not count, and late events of their
//! preferences are not stored.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::domain::serve::LINK_LIFETIME;

/// Inserts an erased person of the tenant, and deletes rows of the same tenant that are no longer needed.
///
/// A row is retained for twice the lifetime of a link. One lifetime is too short: the person can get new links after the
/// erasure, until the access token expires.
pub async fn insert(
    conn: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM erased_viewer WHERE erased_at < $1", now - LINK_LIFETIME - LINK_LIFETIME)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO erased_viewer (user_id, tenant_id, erased_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        user.as_uuid(),
        tenant.as_uuid(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn exists(conn: &mut PgConnection, user: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM erased_viewer WHERE user_id = $1) AS "erased!""#, user.as_uuid())
        .fetch_one(conn)
        .await
}

//! The row of a person. Writers of the timeline and the erasure lock it first.
//!
//! Each function fails when the person is another tenant's: a faulty event must become a dead letter, not be ignored.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Locks the person, and creates the row if needed. Returns `false` when the person was erased.
pub async fn lock(conn: &mut PgConnection, tenant: TenantId, user: UserId) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        "INSERT INTO person (user_id, tenant_id) VALUES ($1, $2)
         ON CONFLICT (user_id) DO UPDATE SET last_position = person.last_position WHERE person.erased_at IS NULL
         RETURNING last_position",
        user.as_uuid(),
        tenant.as_uuid(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    if row.is_none() {
        expect_of_tenant(conn, user).await?;
    }
    Ok(row.is_some())
}

/// Assigns the next position of the timeline, in the order of commits. Returns `None` when the person was erased.
pub async fn next_position(
    conn: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<i64>, sqlx::Error> {
    let position = sqlx::query_scalar!(
        "INSERT INTO person (user_id, tenant_id, last_position) VALUES ($1, $2, 1)
         ON CONFLICT (user_id) DO UPDATE SET last_position = person.last_position + 1 WHERE person.erased_at IS NULL
         RETURNING last_position",
        user.as_uuid(),
        tenant.as_uuid(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    if position.is_none() {
        expect_of_tenant(conn, user).await?;
    }
    Ok(position)
}

/// Marks the person as erased, permanently. Returns `false` when the person was already erased.
pub async fn mark_erased(
    conn: &mut PgConnection,
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query!(
        "INSERT INTO person (user_id, tenant_id, erased_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET last_position = 0, erased_at = excluded.erased_at WHERE person.erased_at IS NULL
         RETURNING user_id",
        user.as_uuid(),
        tenant.as_uuid(),
        now,
    )
    .fetch_optional(&mut *conn)
    .await?;
    if row.is_none() {
        expect_of_tenant(conn, user).await?;
    }
    Ok(row.is_some())
}

/// An erased person is skipped by the statements above before row-level security would refuse another tenant's row.
async fn expect_of_tenant(conn: &mut PgConnection, user: UserId) -> Result<(), sqlx::Error> {
    let visible = sqlx::query_scalar!("SELECT user_id FROM person WHERE user_id = $1", user.as_uuid());
    visible.fetch_one(conn).await.map(drop)
}

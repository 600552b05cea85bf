//! Known devices of each person.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// The devices of a person, and when each was last used.
pub async fn list_by_user(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<(String, DateTime<Utc>)>> {
    let rows = sqlx::query!("SELECT device, last_used_at FROM known_device WHERE user_id = $1", user_id.as_uuid());
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.device, row.last_used_at)).collect())
}

/// As [`list_by_user`]. Locks the devices until the transaction ends.
pub async fn lock_by_user(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<(String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        "SELECT device, last_used_at FROM known_device WHERE user_id = $1 ORDER BY device FOR UPDATE",
        user_id.as_uuid(),
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(|row| (row.device, row.last_used_at)).collect())
}

/// Inserts a device or updates when it was last used.
pub async fn record(
    conn: &mut PgConnection,
    tenant_id: TenantId,
    user_id: UserId,
    device: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO known_device (tenant_id, user_id, device, last_used_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, user_id, device) DO UPDATE SET last_used_at = excluded.last_used_at",
        tenant_id.as_uuid(),
        user_id.as_uuid(),
        device,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Stores a device in place of another one.
pub async fn replace(
    conn: &mut PgConnection,
    user_id: UserId,
    replaced: &str,
    device: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE known_device SET device = $3, last_used_at = $4 WHERE user_id = $1 AND device = $2",
        user_id.as_uuid(),
        replaced,
        device,
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

//! What people prove themselves by.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

/// Keeps the hash of a new person's password.
pub async fn insert(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    user_id: UserId,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO credential (user_id, tenant_id, password_hash, changed_at) VALUES ($1, $2, $3, $4)",
        user_id.as_uuid(),
        tenant_id.as_uuid(),
        password_hash,
        now,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Replaces the hash of a password that stays as it is, unless it was changed meanwhile.
pub async fn rehash(connection: &mut PgConnection, user_id: UserId, old: &str, new: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE credential SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2",
        user_id.as_uuid(),
        old,
        new,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// The hash of a person's password.
pub async fn find(connection: &mut PgConnection, user_id: UserId) -> Result<Option<String>> {
    sqlx::query_scalar!("SELECT password_hash FROM credential WHERE user_id = $1", user_id.as_uuid())
        .fetch_optional(connection)
        .await
}

/// Replaces the hash of a person's password, or keeps their first one.
pub async fn set(
    connection: &mut PgConnection,
    tenant_id: TenantId,
    user_id: UserId,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO credential (user_id, tenant_id, password_hash, changed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at",
        user_id.as_uuid(),
        tenant_id.as_uuid(),
        password_hash,
        now,
    )
    .execute(connection)
    .await
    .map(drop)
}

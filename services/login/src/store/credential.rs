//! Password hashes.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::credential::Credential;

pub async fn insert(
    conn: &mut PgConnection,
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
    .execute(conn)
    .await
    .map(drop)
}

/// Replaces the hash of an unchanged password, unless the password was changed in the meantime.
pub async fn rehash(conn: &mut PgConnection, user_id: UserId, old: &str, new: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE credential SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2",
        user_id.as_uuid(),
        old,
        new,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn find(conn: &mut PgConnection, user_id: UserId) -> Result<Option<Credential>> {
    sqlx::query_as!(
        Credential,
        "SELECT password_hash, changed_at FROM credential WHERE user_id = $1",
        user_id.as_uuid(),
    )
    .fetch_optional(conn)
    .await
}

/// Inserts or replaces the hash of a person's password.
pub async fn set(
    conn: &mut PgConnection,
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
    .execute(conn)
    .await
    .map(drop)
}

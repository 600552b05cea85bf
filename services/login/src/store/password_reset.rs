//! Password reset links.

use chassis::id::{TenantId, UserId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

pub async fn insert(
    conn: &mut PgConnection,
    token_hash: &[u8],
    tenant_id: TenantId,
    user_id: UserId,
    expires_at: DateTime<Utc>,
    return_to: Option<&[u8]>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO password_reset (token_hash, tenant_id, user_id, expires_at, return_to) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        tenant_id.as_uuid(),
        user_id.as_uuid(),
        expires_at,
        return_to,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Finds the owner of a valid link.
pub async fn find(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<UserId>> {
    sqlx::query_scalar!(
        r#"SELECT user_id AS "user_id: UserId" FROM password_reset WHERE token_hash = $1 AND expires_at > $2"#,
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// The encrypted authorization request from which the owner of a valid link came.
pub async fn find_return_to(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Vec<u8>>> {
    let found = sqlx::query_scalar!(
        "SELECT return_to FROM password_reset WHERE token_hash = $1 AND expires_at > $2",
        token_hash,
        now,
    );
    Ok(found.fetch_optional(conn).await?.flatten())
}

/// Deletes a valid link, so that it is used once. Returns its owner.
pub async fn take(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<UserId>> {
    sqlx::query_scalar!(
        r#"DELETE FROM password_reset WHERE token_hash = $1 AND expires_at > $2 RETURNING user_id AS "user_id: UserId""#,
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

/// Deletes all links of a person. Returns the hashes of their tokens.
pub async fn delete_by_user(conn: &mut PgConnection, user_id: UserId) -> Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!("DELETE FROM password_reset WHERE user_id = $1 RETURNING token_hash", user_id.as_uuid())
        .fetch_all(conn)
        .await
}

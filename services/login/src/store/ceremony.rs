//! Pending passkey ceremonies, shared by all replicas.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

pub async fn insert(
    conn: &mut PgConnection,
    token_hash: &[u8],
    sealed: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO passkey_ceremony (token_hash, sealed, expires_at) VALUES ($1, $2, $3)",
        token_hash,
        sealed,
        expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes and returns a ceremony: a challenge is answered once.
pub async fn take(conn: &mut PgConnection, token_hash: &[u8], now: DateTime<Utc>) -> Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "DELETE FROM passkey_ceremony WHERE token_hash = $1 AND expires_at > $2 RETURNING sealed",
        token_hash,
        now,
    )
    .fetch_optional(conn)
    .await
}

//! Revoked access tokens, by their SHA-256, until they expire.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;

pub async fn insert(conn: &mut PgConnection, token_hash: &[u8], expires_at: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO revoked_token (token_hash, expires_at) VALUES ($1, $2) ON CONFLICT (token_hash) DO NOTHING",
        token_hash,
        expires_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn contains(conn: &mut PgConnection, token_hash: &[u8]) -> Result<bool> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM revoked_token WHERE token_hash = $1) AS "there!""#, token_hash)
        .fetch_one(conn)
        .await
}

//! Tries to sign in, by the hash of the address.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;

/// Lets tries for one address go one after the other until the transaction ends, on all replicas.
pub async fn lock(connection: &mut PgConnection, email_hash: &[u8]) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0))", email_hash)
        .execute(connection)
        .await
        .map(drop)
}

/// Tries since then, oldest first.
pub async fn since(
    connection: &mut PgConnection,
    email_hash: &[u8],
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT attempted_at FROM sign_in_attempt WHERE email_hash = $1 AND attempted_at > $2 ORDER BY attempted_at",
        email_hash,
        since,
    )
    .fetch_all(connection)
    .await
}

/// Counts a try.
pub async fn insert(
    connection: &mut PgConnection,
    attempt_id: Uuid,
    email_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO sign_in_attempt (attempt_id, email_hash, attempted_at) VALUES ($1, $2, $3)",
        attempt_id,
        email_hash,
        now,
    )
    .execute(connection)
    .await
    .map(drop)
}

/// Takes a try back that never came to be judged.
pub async fn delete(connection: &mut PgConnection, attempt_id: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_attempt WHERE attempt_id = $1", attempt_id).execute(connection).await.map(drop)
}

/// Forgets the tries for an address: its owner got in.
pub async fn forget(connection: &mut PgConnection, email_hash: &[u8]) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_attempt WHERE email_hash = $1", email_hash).execute(connection).await.map(drop)
}

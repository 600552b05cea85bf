//! Tries to sign in, by the hash of the address. Those of a known device have its mark; those of strangers have that of
//! the place they come from.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::throttle::{Attempt, Bucket};

/// Lets tries for one account, and those from one place, go one after the other until the transaction ends, on all replicas.
/// The transaction does not wait for the disk: a crash of the database may forget a few tries.
pub async fn lock(conn: &mut PgConnection, bucket: &Bucket) -> Result<()> {
    // Always the account first, so that no two wait for each other.
    sqlx::query!(
        "SELECT set_config('synchronous_commit', 'off', true) AS commit,
                pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0)) AS account,
                pg_advisory_xact_lock(hashtextextended(encode($2, 'hex'), 1)) AS source",
        &bucket.email_hash,
        bucket.source_mark.as_deref(),
    )
    .fetch_one(conn)
    .await
    .map(drop)
}

/// Tries for the account on that device, or of strangers, since then, oldest first.
pub async fn for_account(conn: &mut PgConnection, bucket: &Bucket, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT attempted_at FROM sign_in_attempt
         WHERE email_hash = $1 AND device_mark IS NOT DISTINCT FROM $2 AND attempted_at > $3 ORDER BY attempted_at",
        &bucket.email_hash,
        bucket.device_mark.as_deref(),
        since,
    )
    .fetch_all(conn)
    .await
}

/// Tries from the place since then, oldest first.
pub async fn from_source(conn: &mut PgConnection, bucket: &Bucket, since: DateTime<Utc>) -> Result<Vec<Attempt>> {
    sqlx::query_as!(
        Attempt,
        "SELECT attempted_at AS at, failed FROM sign_in_attempt
         WHERE source_mark = $1 AND attempted_at > $2 ORDER BY attempted_at",
        bucket.source_mark.as_deref(),
        since,
    )
    .fetch_all(conn)
    .await
}

/// Counts a try.
pub async fn insert(conn: &mut PgConnection, attempt_id: Uuid, bucket: &Bucket, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO sign_in_attempt (attempt_id, email_hash, device_mark, source_mark, attempted_at)
         VALUES ($1, $2, $3, $4, $5)",
        attempt_id,
        &bucket.email_hash,
        bucket.device_mark.as_deref(),
        bucket.source_mark.as_deref(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Notes that a try was wrong.
pub async fn mark_failed(conn: &mut PgConnection, attempt_id: Uuid) -> Result<()> {
    sqlx::query!("UPDATE sign_in_attempt SET failed = true WHERE attempt_id = $1", attempt_id)
        .execute(conn)
        .await
        .map(drop)
}

/// Takes a try back that never came to be judged.
pub async fn delete(conn: &mut PgConnection, attempt_id: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_attempt WHERE attempt_id = $1", attempt_id).execute(conn).await.map(drop)
}

/// Forgets the tries for an account from where its person got in; those from elsewhere were not theirs, and stay.
pub async fn delete_own(conn: &mut PgConnection, bucket: &Bucket) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sign_in_attempt WHERE email_hash = $1
           AND device_mark IS NOT DISTINCT FROM $2 AND source_mark IS NOT DISTINCT FROM $3",
        &bucket.email_hash,
        bucket.device_mark.as_deref(),
        bucket.source_mark.as_deref(),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Forgets all tries for an address: an operator unlocks it.
pub async fn delete_all(conn: &mut PgConnection, email_hash: &[u8]) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_attempt WHERE email_hash = $1", email_hash).execute(conn).await.map(drop)
}

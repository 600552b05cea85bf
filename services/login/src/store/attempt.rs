//! Sign-in attempts, by the SHA-256 of the e-mail address. An attempt from a known device has the device's keyed hash,
//! any other the network's.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::throttle::{Attempt, Bucket};

/// Serializes the attempts for one account and from one network until the transaction ends, over all replicas.
///
/// The commit does not wait for the disk: a crash of the database may lose a few attempts.
pub async fn lock(conn: &mut PgConnection, bucket: &Bucket) -> Result<()> {
    // The account first, always: this order prevents deadlocks.
    sqlx::query!(
        "SELECT set_config('synchronous_commit', 'off', true) AS commit,
                pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), 0)) AS account,
                pg_advisory_xact_lock(hashtextextended(encode($2, 'hex'), 1)) AS source",
        &bucket.email_hash,
        bucket.network_hash.as_deref(),
    )
    .fetch_one(conn)
    .await
    .map(drop)
}

/// Attempts for the account since `since`, oldest first: from the known device, or from all unknown devices.
pub async fn for_account(conn: &mut PgConnection, bucket: &Bucket, since: DateTime<Utc>) -> Result<Vec<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT attempted_at FROM sign_in_attempt
         WHERE email_hash = $1 AND device_mark IS NOT DISTINCT FROM $2 AND attempted_at > $3 ORDER BY attempted_at",
        &bucket.email_hash,
        bucket.device_hash.as_deref(),
        since,
    )
    .fetch_all(conn)
    .await
}

/// Attempts from the network since `since`, oldest first.
pub async fn from_network(conn: &mut PgConnection, bucket: &Bucket, since: DateTime<Utc>) -> Result<Vec<Attempt>> {
    sqlx::query_as!(
        Attempt,
        "SELECT attempted_at AS at, failed FROM sign_in_attempt
         WHERE source_mark = $1 AND attempted_at > $2 ORDER BY attempted_at",
        bucket.network_hash.as_deref(),
        since,
    )
    .fetch_all(conn)
    .await
}

pub async fn insert(conn: &mut PgConnection, attempt_id: Uuid, bucket: &Bucket, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "INSERT INTO sign_in_attempt (attempt_id, email_hash, device_mark, source_mark, attempted_at)
         VALUES ($1, $2, $3, $4, $5)",
        attempt_id,
        &bucket.email_hash,
        bucket.device_hash.as_deref(),
        bucket.network_hash.as_deref(),
        now,
    )
    .execute(conn)
    .await
    .map(drop)
}

pub async fn mark_failed(conn: &mut PgConnection, attempt_id: Uuid) -> Result<()> {
    sqlx::query!("UPDATE sign_in_attempt SET failed = true WHERE attempt_id = $1", attempt_id)
        .execute(conn)
        .await
        .map(drop)
}

/// Deletes an attempt whose password was never checked.
pub async fn delete(conn: &mut PgConnection, attempt_id: Uuid) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_attempt WHERE attempt_id = $1", attempt_id).execute(conn).await.map(drop)
}

/// Deletes the attempts of an account from the device or network of a successful sign-in. Other attempts stay.
pub async fn delete_own(conn: &mut PgConnection, bucket: &Bucket) -> Result<()> {
    sqlx::query!(
        "DELETE FROM sign_in_attempt WHERE email_hash = $1
           AND device_mark IS NOT DISTINCT FROM $2 AND source_mark IS NOT DISTINCT FROM $3",
        &bucket.email_hash,
        bucket.device_hash.as_deref(),
        bucket.network_hash.as_deref(),
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Deletes all attempts for an account.
pub async fn delete_all(conn: &mut PgConnection, email_hash: &[u8]) -> Result<()> {
    sqlx::query!("DELETE FROM sign_in_attempt WHERE email_hash = $1", email_hash).execute(conn).await.map(drop)
}

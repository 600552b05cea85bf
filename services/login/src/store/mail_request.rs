//! Mail requests, by the SHA-256 of the address (with or without an account), or by the keyed hash of the network.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::mail::{DueMailRequest, MailRequestKind};

/// Serializes the requests for one address or from one network until the transaction ends, over all replicas.
pub async fn lock(conn: &mut PgConnection, address_hash: &[u8]) -> Result<()> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended('mail ' || encode($1, 'hex'), 0))", address_hash)
        .execute(conn)
        .await
        .map(drop)
}

/// The time of the request that has exactly `newer` newer requests.
pub async fn nth_newest(
    conn: &mut PgConnection,
    kind: MailRequestKind,
    address_hash: &[u8],
    newer: i64,
) -> Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "SELECT requested_at FROM mail_request WHERE address_hash = $1 AND kind = $2
         ORDER BY requested_at DESC OFFSET $3 LIMIT 1",
        address_hash,
        kind.as_str(),
        newer,
    )
    .fetch_optional(conn)
    .await
}

/// Inserts a request. A worker handles it later when `handled_at` is `None`.
pub async fn insert(
    conn: &mut PgConnection,
    request_id: Uuid,
    kind: MailRequestKind,
    address_hash: &[u8],
    now: DateTime<Utc>,
    handled_at: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO mail_request (request_id, kind, address_hash, requested_at, handled_at) VALUES ($1, $2, $3, $4, $5)",
        request_id,
        kind.as_str(),
        address_hash,
        now,
        handled_at,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Sets the encrypted authorization request of the unhandled requests for an address. The latest request counts, also
/// one without an authorization request, as the latest mail does: its link makes the older ones invalid.
pub async fn set_return_to(
    conn: &mut PgConnection,
    kind: MailRequestKind,
    address_hashes: &[Vec<u8>],
    return_to: Option<&[u8]>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE mail_request SET return_to = $3 WHERE address_hash = ANY($1) AND kind = $2 AND handled_at IS NULL",
        address_hashes,
        kind.as_str(),
        return_to,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// Takes the oldest unhandled request that is due, so that no other replica takes it. A request that failed `max_tries` times
/// is not taken.
pub async fn take(
    conn: &mut PgConnection,
    kind: MailRequestKind,
    now: DateTime<Utc>,
    max_tries: i32,
) -> Result<Option<DueMailRequest>> {
    sqlx::query_as!(
        DueMailRequest,
        "WITH next AS MATERIALIZED (
             SELECT request_id FROM mail_request
             WHERE kind = $1 AND handled_at IS NULL AND tries < $3 AND (next_try_at IS NULL OR next_try_at <= $2)
             ORDER BY requested_at LIMIT 1 FOR UPDATE SKIP LOCKED
         )
         UPDATE mail_request SET handled_at = $2 FROM next WHERE mail_request.request_id = next.request_id
         RETURNING mail_request.request_id, address_hash, return_to, tries",
        kind.as_str(),
        now,
        max_tries,
    )
    .fetch_optional(conn)
    .await
}

/// Counts a failed attempt and schedules the next one.
pub async fn postpone(conn: &mut PgConnection, request_id: Uuid, until: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "UPDATE mail_request SET tries = tries + 1, next_try_at = $2 WHERE request_id = $1 AND handled_at IS NULL",
        request_id,
        until,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The number of requests that failed `max_tries` times.
pub async fn count_failed(conn: &mut PgConnection, max_tries: i32) -> Result<i64> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM mail_request WHERE handled_at IS NULL AND tries >= $1"#,
        max_tries,
    )
    .fetch_one(conn)
    .await
}

/// Makes all requests that failed due again, with new attempts. Requires the worker role. Returns their number.
pub async fn requeue_failed(conn: &mut PgConnection, max_tries: i32) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE mail_request SET tries = 0, next_try_at = NULL WHERE handled_at IS NULL AND tries >= $1",
        max_tries,
    );
    Ok(done.execute(conn).await?.rows_affected())
}

//! The rows of the outbox, as the relay reads and marks them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    event::{Envelope, EventId},
    id::TenantId,
};

/// No more payloads are read at once, nor sent while others are in flight: they are in memory.
pub(super) const MAX_BYTES: usize = 16 << 20;
/// Published rows are retained this long for debugging.
const RETENTION: chrono::Duration = chrono::Duration::days(3);

/// An event that is not published yet.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) seq: i64,
    /// Without prefix.
    pub(super) topic: String,
    pub(super) event: Envelope,
}

impl Row {
    /// The aggregate: its events stay in order.
    pub(super) fn aggregate(&self) -> String {
        format!("{} {}", self.topic, self.event.key)
    }

    pub(super) fn bytes(&self) -> usize {
        self.event.payload.as_ref().map_or(0, Vec::len)
    }
}

/// Reads up to `limit` events of the product `source`, oldest first, without the events of `waiting` aggregates. It stops
/// after the event that exceeds [`MAX_BYTES`].
pub(super) async fn unpublished(
    conn: &mut PgConnection,
    source: &str,
    waiting: &[String],
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT seq, event_id AS "event_id: EventId", tenant_id AS "tenant_id: TenantId", topic, key, type AS kind,
                  time, payload, traceparent
           FROM (SELECT *, sum(octet_length(payload)) OVER (ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                           AS bytes_before
                 FROM outbox
                 WHERE published_at IS NULL AND parked_at IS NULL AND topic || ' ' || key <> ALL($1)
                 ORDER BY seq LIMIT $2) AS oldest
           WHERE coalesce(bytes_before, 0) <= $3
           ORDER BY seq"#,
        waiting,
        limit,
        MAX_BYTES as i64,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Row {
            seq: row.seq,
            topic: row.topic,
            event: Envelope {
                id: row.event_id,
                key: row.key,
                kind: row.kind,
                source: source.to_owned(),
                time: row.time,
                tenant_id: row.tenant_id,
                traceparent: row.traceparent,
                payload: row.payload,
            },
        })
        .collect())
}

/// Marks rows as published. Skips rows that an erasure has locked, to avoid a deadlock. If the erasure rolls back, they
/// are sent again, as after a crash.
pub(super) async fn mark(conn: &mut PgConnection, seqs: &[i64], now: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    let marked = sqlx::query!(
        "UPDATE outbox SET published_at = $2
         WHERE seq IN (SELECT seq FROM outbox WHERE seq = ANY($1) FOR UPDATE SKIP LOCKED)",
        seqs,
        now,
    );
    Ok(marked.execute(conn).await?.rows_affected())
}

/// Parks a row with the reason. It is not sent again. Skips a row that an erasure has locked.
pub(super) async fn park(
    conn: &mut PgConnection,
    seq: i64,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE outbox SET parked_at = $2, parked_reason = $3
         WHERE seq IN (SELECT seq FROM outbox WHERE seq = $1 FOR UPDATE SKIP LOCKED)",
        seq,
        now,
        reason,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The time of the oldest event that waits to be published.
pub(super) async fn oldest(conn: &mut PgConnection) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let oldest = "SELECT time FROM outbox WHERE published_at IS NULL AND parked_at IS NULL ORDER BY seq LIMIT 1";
    sqlx::query_scalar(oldest).fetch_optional(conn).await
}

/// The number of parked events. It reads all unpublished events, so it is not for every batch.
pub(super) async fn parked(conn: &mut PgConnection) -> Result<i64, sqlx::Error> {
    let parked = "SELECT count(*) FROM outbox WHERE published_at IS NULL AND parked_at IS NOT NULL";
    sqlx::query_scalar(parked).fetch_one(conn).await
}

/// Deletes rows that are not needed any more: published events, received events and idempotency keys.
pub(super) async fn sweep(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM outbox
         WHERE seq IN (SELECT seq FROM outbox WHERE published_at < $1 FOR UPDATE SKIP LOCKED)",
        now - RETENTION,
    )
    .execute(&mut *conn)
    .await?;
    // Longer than the retention of every topic (at most 90 days): a retained event can be delivered again.
    let long_before = now - chrono::Duration::days(100);
    sqlx::query!("DELETE FROM inbox WHERE received_at < $1", long_before).execute(&mut *conn).await?;
    let day_before = now - chrono::Duration::days(1);
    sqlx::query!("DELETE FROM idempotency_key WHERE created_at < $1", day_before).execute(conn).await?;
    Ok(())
}

//! The inbox: the events that a product has received, so that each takes effect once.
//!
//! An event is known by its source and id. The table's key is consumer and id, because a replica of an older version
//! stores no source: of two sources with the same id, the second has the source in its key. A row without a source may
//! be of any source, so that an event takes effect at most once.

use std::collections::HashSet;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::event::Envelope;

/// Sets the tenant of the transaction and stores the event in the inbox. Returns `false` for a duplicate.
pub(super) async fn receive(conn: &mut PgConnection, consumer: &str, event: &Envelope) -> Result<bool, sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO inbox (consumer, event_id, source)
         SELECT $1::text, $2::uuid, $3::text FROM set_config('app.tenant_id', $4, true)
         ON CONFLICT DO NOTHING",
        consumer,
        event.id.as_uuid(),
        event.source,
        event.tenant_id.to_string(),
    )
    .execute(&mut *conn)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(true);
    }
    let inserted = sqlx::query!(
        "INSERT INTO inbox (consumer, event_id, source)
         SELECT $1::text || ':' || $3::text, $2::uuid, $3::text
         FROM inbox WHERE consumer = $1 AND event_id = $2 AND source <> $3
         ON CONFLICT DO NOTHING",
        consumer,
        event.id.as_uuid(),
        event.source,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// Stores events in the inbox by one statement. Returns those that were stored. Each of the others is a duplicate, or the
/// second event of an id: [`receive`] tells.
pub(super) async fn receive_group(
    conn: &mut PgConnection,
    consumer: &str,
    events: &[Envelope],
) -> Result<HashSet<(Uuid, String)>, sqlx::Error> {
    let ids: Vec<Uuid> = events.iter().map(|event| event.id.as_uuid()).collect();
    let sources: Vec<String> = events.iter().map(|event| event.source.clone()).collect();
    let stored = sqlx::query!(
        r#"INSERT INTO inbox (consumer, event_id, source)
           SELECT $1::text, id, source FROM unnest($2::uuid[], $3::text[]) AS event (id, source)
           ON CONFLICT DO NOTHING
           RETURNING event_id, source AS "source!""#,
        consumer,
        &ids,
        &sources,
    )
    .fetch_all(conn)
    .await?;
    Ok(stored.into_iter().map(|row| (row.event_id, row.source)).collect())
}

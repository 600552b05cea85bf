//! The transactional outbox: an event is written in the transaction of its change, and a [`Relay`] publishes it later.
//! So both are stored, or neither.
//!
//! To publish an event: 1. change the aggregate's row, which locks it; 2. call [`publish`]; 3. commit. The lock ensures
//! the order of an aggregate's events: with step 2 first, a concurrent transaction could publish in the wrong order.

use sqlx::PgConnection;

use crate::{
    clock::Clock,
    event::{Event, EventId},
    id::TenantId,
    telemetry,
};

mod producers;
mod relay;
mod rows;
mod sending;

pub use relay::Relay;

/// Inserts `event` into the outbox, with the trace context of the current span.
///
/// # Errors
/// When row-level security rejects the event, because the transaction is for another tenant; when the event's tenant id
/// is not a UUID; when the database fails.
pub async fn publish<E: Event>(conn: &mut PgConnection, clock: &Clock, event: &E) -> Result<EventId, sqlx::Error> {
    let tenant = event.tenant_id().parse().map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    insert::<E>(conn, clock, event.key(), tenant, Some(event.encode_to_vec())).await
}

/// Inserts a tombstone for `key`, so that consumers delete the aggregate. Deletes its earlier events from the outbox.
///
/// # Errors
/// As [`publish`].
pub async fn publish_tombstone<E: Event>(
    conn: &mut PgConnection,
    clock: &Clock,
    key: &str,
    tenant: TenantId,
) -> Result<EventId, sqlx::Error> {
    delete::<E>(conn, key, tenant).await?;
    insert::<E>(conn, clock, key, tenant, None).await
}

/// Deletes the events of `key` from the outbox, published or not. For the erasure of a person's data.
///
/// Messages on the broker stay until the end of the topic's retention.
///
/// # Errors
/// When the database fails.
pub async fn delete<E: Event>(conn: &mut PgConnection, key: &str, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM outbox WHERE tenant_id = $1 AND topic = $2 AND key = $3",
        tenant.as_uuid(),
        E::TOPIC.name,
        key,
    )
    .execute(conn)
    .await
    .map(drop)
}

async fn insert<E: Event>(
    conn: &mut PgConnection,
    clock: &Clock,
    key: &str,
    tenant: TenantId,
    payload: Option<Vec<u8>>,
) -> Result<EventId, sqlx::Error> {
    let id = EventId::new(clock);
    sqlx::query!(
        "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload, traceparent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.as_uuid(),
        tenant.as_uuid(),
        E::TOPIC.name,
        key,
        E::full_name(),
        clock.now(),
        payload,
        telemetry::traceparent(),
    )
    .execute(conn)
    .await?;
    Ok(id)
}

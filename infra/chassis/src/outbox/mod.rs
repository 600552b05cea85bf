//! The outbox: an event is written in the transaction of the change it tells of, and a relay publishes it afterwards.
//! So there is no change without its event, and no event without its change.
//!
//! To publish: lock the aggregate's row (the `UPDATE` does), then [`publish`], then commit. The lock keeps the events of
//! one aggregate in order; inserting first would let a slower twin overtake.

use sqlx::PgConnection;

use crate::{
    clock::Clock,
    event::{Event, EventId},
    id::TenantId,
    telemetry,
};

mod relay;

pub use relay::Relay;

/// Writes `event` into the outbox, with the trace context of the current span.
///
/// The transaction's tenant must be the event's: row-level security refuses it otherwise.
///
/// # Errors
/// When the database refuses, or can't be reached.
pub async fn publish<E: Event>(
    connection: &mut PgConnection,
    clock: &Clock,
    event: &E,
) -> Result<EventId, sqlx::Error> {
    let tenant = event.tenant_id().parse().map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    insert::<E>(connection, clock, event.key(), tenant, Some(event.encode_to_vec())).await
}

/// Writes a tombstone for `key`: the aggregate was erased, and readers forget it. So does the outbox.
///
/// # Errors
/// When the database refuses, or can't be reached.
pub async fn publish_tombstone<E: Event>(
    connection: &mut PgConnection,
    clock: &Clock,
    key: &str,
    tenant: TenantId,
) -> Result<EventId, sqlx::Error> {
    delete::<E>(connection, key, tenant).await?;
    insert::<E>(connection, clock, key, tenant, None).await
}

/// Takes out of the outbox what it holds of `key`, published or not: for facts about a person who is erased. The broker
/// keeps what it has for as long as its topic says.
///
/// # Errors
/// When the database refuses, or can't be reached.
pub async fn delete<E: Event>(connection: &mut PgConnection, key: &str, tenant: TenantId) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM outbox WHERE tenant_id = $1 AND topic = $2 AND key = $3",
        tenant.as_uuid(),
        E::TOPIC.name,
        key,
    )
    .execute(connection)
    .await
    .map(drop)
}

async fn insert<E: Event>(
    connection: &mut PgConnection,
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
    .execute(connection)
    .await?;
    Ok(id)
}

//! Events as they come from Kafka.

use chassis::{
    clock::Clock,
    event::{Envelope, Event, EventId},
    id::TenantId,
};

/// The envelope of an event that happened now.
pub fn envelope<E: Event>(event: &E, clock: &Clock) -> Envelope {
    let tenant_id = event.tenant_id().parse().expect("an event names its tenant");
    Envelope { payload: Some(event.encode_to_vec()), ..tombstone::<E>(event.key(), tenant_id, clock) }
}

/// An envelope without a payload. Its source is the product of the topic.
pub fn tombstone<E: Event>(key: &str, tenant_id: TenantId, clock: &Clock) -> Envelope {
    Envelope {
        id: EventId::new(clock),
        key: key.to_owned(),
        kind: E::full_name(),
        source: E::TOPIC.name.split('.').next().unwrap_or_default().into(),
        time: clock.now(),
        tenant_id,
        traceparent: None,
        payload: None,
    }
}

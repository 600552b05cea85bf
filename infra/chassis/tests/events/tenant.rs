//! The tenant and the key of an event's envelope and of its payload are the same.

use chassis::{
    consumer::ConsumeError,
    event::{Envelope, Event, EventId},
    id::TenantId,
};
use contracts::login::v1::SessionChanged;
use prost::{Message, Name};

use crate::world::World;

fn envelope(world: &World, tenant_id: TenantId, payload: Option<&SessionChanged>) -> Envelope {
    Envelope {
        id: EventId::new(&world.clock),
        key: "s".into(),
        kind: SessionChanged::full_name(),
        source: "test".into(),
        time: world.clock.now(),
        tenant_id,
        traceparent: None,
        payload: payload.map(Message::encode_to_vec),
    }
}

#[tokio::test]
async fn a_payload_of_another_tenant_than_the_envelope_is_refused() {
    let world = World::new().await;
    let accept = async |tenant, payload: Option<&SessionChanged>| {
        world.consumer().accept(SessionChanged::TOPIC.name, envelope(&world, tenant, payload)).await
    };
    let own = world.event("s", "own");
    let unnamed = SessionChanged { tenant_id: String::new(), ..own.clone() };
    for (tenant, event) in [(TenantId::new(&world.clock), &own), (world.tenant, &unnamed)] {
        let refused = accept(tenant, Some(event)).await.expect_err("refused");
        assert!(matches!(&refused, ConsumeError::Invalid(why) if why.contains("ce_tenantid")), "{refused}");
    }
    accept(world.tenant, Some(&own)).await.expect("handled");
    // A tombstone has no payload: only the envelope names its tenant.
    accept(world.tenant, None).await.expect("handled");
    assert_eq!(world.notes().await, ["own", "erased s"]);
}

#[tokio::test]
async fn a_payload_of_another_key_than_the_envelope_is_refused() {
    let world = World::new().await;
    let accept = async |key: &str, payload: Option<&SessionChanged>| {
        let event = Envelope { key: key.to_owned(), ..envelope(&world, world.tenant, payload) };
        world.consumer().accept(SessionChanged::TOPIC.name, event).await
    };
    let own = world.event("s", "own");
    for key in ["t", "", "S"] {
        let refused = accept(key, Some(&own)).await.expect_err("refused");
        let expected = format!("the key is {key}, expected s");
        assert!(matches!(&refused, ConsumeError::Invalid(why) if *why == expected), "{refused}");
    }
    accept("s", Some(&own)).await.expect("handled");
    // A tombstone has only its key.
    accept("t", None).await.expect("handled");
    assert_eq!(world.notes().await, ["own", "erased t"]);
}

//! Each topic has its own loop.

use std::sync::{Arc, atomic::Ordering};

use chassis::{
    config,
    db::Db,
    event::{Event, EventId},
};
use contracts::login::v1::UsageRecorded;
use prost::Message;
use tokio_util::sync::CancellationToken;

use crate::world::World;

#[tokio::test]
async fn a_slow_topic_delays_no_other() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish_usage(world.tenant, ["gate", "slow"]).await;
    assert_eq!(notes_beside_a_closed_gate(&world, 3).await, ["other", "gate", "slow"]);
}

/// The failing event is between two attempts when the other topic has an event.
#[tokio::test]
async fn a_poisoned_topic_delays_no_other() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish_usage(world.tenant, ["poisoned", "after"]).await;
    assert_eq!(notes_beside_a_closed_gate(&world, 2).await, ["other", "after"]);
    assert!(world.rejected.load(Ordering::SeqCst) > 1, "it was retried");
}

/// More events than the queue of a topic holds: the reader pauses the topic and resumes it.
#[tokio::test]
async fn a_backlog_is_consumed_completely_and_in_order() {
    const COUNT: usize = 6000;
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let texts: Vec<_> = (0..COUNT).map(|number| number.to_string()).collect();
    world.publish_usage(world.tenant, ["gate"]).await;
    let payloads: Vec<_> = texts.iter().map(|text| world.usage(world.tenant, text).encode_to_vec()).collect();
    sqlx::query(
        "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
         SELECT gen_random_uuid(), tenant_id, topic, key, type, now(), backlog
         FROM outbox, unnest($1::bytea[]) WITH ORDINALITY AS payloads (backlog, number)
         WHERE topic = $2 ORDER BY number",
    )
    .bind(payloads)
    .bind(UsageRecorded::TOPIC.name)
    .execute(&world.all)
    .await
    .expect("a backlog");
    let notes = notes_beside_a_closed_gate(&world, COUNT + 2).await;
    assert_eq!(notes[..2], ["other", "gate"]);
    assert_eq!(notes[2..], texts);
}

/// Publishes the outbox, whose usage waits for the gate, and consumes it. Then, with the gate still closed, an event of
/// another topic is published and takes effect. Opens the gate, and returns the notes when there are `count`.
async fn notes_beside_a_closed_gate(world: &World, count: usize) -> Vec<String> {
    let relay = world.relay();
    relay.run_once().await.expect("published");
    let gate = world.close_gate().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    support::eventually("a handler that waits", || async { (waiting(world).await == 1).then_some(()) }).await;
    world.publish("s", "other").await;
    relay.run_once().await.expect("published");
    assert_eq!(world.eventually_notes(1).await, ["other"]);
    gate.rollback().await.expect("open");
    let notes = world.eventually_notes(count).await;
    stop.cancel();
    consumer.await.expect("stopped");
    notes
}

#[tokio::test]
async fn handlers_use_at_most_half_of_the_connections() {
    let world = World::new().await;
    let config = config::Database { database_max_connections: 4, ..world.database.config() };
    let db = Db::connect(&config).expect("addresses");
    let world = World { db, ..world };
    let consumer = Arc::new(world.consumer());

    let gate = world.close_gate().await;
    let handled: Vec<_> = (0..6)
        .map(|_| {
            let (consumer, event) =
                (Arc::clone(&consumer), world.envelope(EventId::new(&world.clock), "login", "gate"));
            tokio::spawn(async move { consumer.accept("login.session.v1", event).await })
        })
        .collect();
    let used = || world.db.app().size() as usize - world.db.app().num_idle();
    support::eventually("two handlers that wait", || async { (waiting(&world).await == 2).then_some(()) }).await;
    // Half of the pool is free for requests: they begin at once.
    let (one, two) = tokio::join!(world.db.begin(world.tenant), world.db.begin(world.tenant));
    assert_eq!(used(), 4);
    drop((one.expect("a connection"), two.expect("a connection")));
    assert_eq!(waiting(&world).await, 2);
    gate.rollback().await.expect("open");
    for handled in handled {
        handled.await.expect("no panic").expect("handled");
    }
    assert_eq!(world.notes().await.len(), 6);
}

/// The number of handlers that wait for the gate.
pub(crate) async fn waiting(world: &World) -> i64 {
    let count = "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database
                 WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()";
    sqlx::query_scalar(count).fetch_one(&world.all).await.expect("a count")
}

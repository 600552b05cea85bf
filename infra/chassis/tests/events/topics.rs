//! Each topic has its own loop.

use std::sync::Arc;

use chassis::{
    config,
    db::Db,
    event::{Event, EventId},
};
use contracts::login::v1::UsageRecorded;
use prost::Message;
use tokio_util::sync::CancellationToken;

use crate::{failure::consume_until_notes, world::World};

#[tokio::test]
async fn a_slow_topic_delays_no_other() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish_usage(world.tenant, ["gate", "slow"]).await;
    world.publish("s", "fast").await;
    world.relay().run_once().await.expect("published");

    let gate = world.close_gate().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    assert_eq!(world.eventually_notes(1).await, ["fast"]);
    gate.rollback().await.expect("open");
    assert_eq!(world.eventually_notes(3).await, ["fast", "gate", "slow"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

#[tokio::test]
async fn a_poisoned_topic_delays_no_other() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish_usage(world.tenant, ["invalid", "panic", "nul\0"]).await;
    world.publish("s", "well").await;
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["well"]);
}

/// More events than the queue of a topic holds: the reader pauses the topic and resumes it.
#[tokio::test]
async fn a_backlog_is_consumed_completely_and_in_order() {
    const COUNT: i32 = 6000;
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish_usage(world.tenant, ["gate"]).await;
    let event = world.usage(world.tenant, "backlog");
    sqlx::query(
        "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
         SELECT gen_random_uuid(), tenant_id, topic, key, type, now(), $1
         FROM outbox, generate_series(1, $2) WHERE topic = $3",
    )
    .bind(event.encode_to_vec())
    .bind(COUNT)
    .bind(UsageRecorded::TOPIC.name)
    .execute(&world.all)
    .await
    .expect("a backlog");
    world.publish("s", "fast").await;
    let relay = world.relay();
    relay.run_once().await.expect("published");

    let gate = world.close_gate().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    assert_eq!(world.eventually_notes(1).await, ["fast"]);
    gate.rollback().await.expect("open");
    let notes = world.eventually_notes(COUNT as usize + 2).await;
    assert_eq!((notes[1].as_str(), notes.len()), ("gate", COUNT as usize + 2));
    stop.cancel();
    consumer.await.expect("stopped");
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

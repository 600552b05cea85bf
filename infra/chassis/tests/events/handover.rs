//! A process that stops releases its relay lock and its group membership at once.

use std::time::Duration;

use chassis::{event::Event, id::new_uuid};
use contracts::login::v1::SessionChanged;
use prost::Message;
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
};
use tokio_util::sync::CancellationToken;

use crate::{delivery::wait_until_published, rejected::on_mock_cluster, topics::waiting, world::World};

/// The number of advisory locks that relays hold.
async fn locks_held(world: &World) -> i64 {
    let count = sqlx::query_scalar(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database
         WHERE locktype = 'advisory' AND datname = current_database()",
    );
    count.fetch_one(&world.all).await.expect("a count")
}

#[tokio::test]
async fn a_relay_that_stops_releases_its_lock_at_once() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let stop = CancellationToken::new();
    let relay = tokio::spawn(world.relay().run(stop.clone()));
    world.publish("s", "d").await;
    wait_until_published(&world).await;
    assert_eq!(locks_held(&world).await, 1);
    stop.cancel();
    relay.await.expect("stopped");
    assert_eq!(locks_held(&world).await, 0);
}

#[tokio::test]
async fn a_relay_that_is_aborted_releases_its_lock() {
    let world = World::new().await;
    let relay = tokio::spawn(world.relay().run(CancellationToken::new()));
    let is = async |count| (locks_held(&world).await == count).then_some(());
    support::eventually("the lock", || is(1)).await;
    relay.abort();
    support::eventually("the lock to be free", || is(0)).await;
}

#[tokio::test]
async fn a_consumer_that_stops_leaves_its_group() {
    let Some(kafka) = support::real_kafka("a_consumer_that_stops_leaves_its_group") else { return };
    let world = World::on(kafka).await;
    world.create_topics().await;
    world.publish("s", "d").await;
    world.relay().run_once().await.expect("published");
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    world.eventually_notes(1).await;
    assert_eq!(members(&world).await, 1);
    stop.cancel();
    consumer.await.expect("stopped");
    assert_eq!(members(&world).await, 0, "its session does not have to time out");
}

/// A relay with events in flight has a producer that may still send them. The next relay sends them, too, and newer ones.
#[tokio::test]
async fn a_relay_that_stops_sends_nothing_after_it_released_its_lock() {
    const TOPIC: &str = "login.session.v1";
    let (cluster, world) = on_mock_cluster().await;
    cluster.partition_leader(TOPIC, 0, None).expect("no leader");
    world.publish("s", "in flight").await;
    world.publish_usage(world.tenant, ["usage"]).await;
    let stop = CancellationToken::new();
    let relay = tokio::spawn(world.relay().run(stop.clone()));
    let published = "SELECT count(*) FROM outbox WHERE published_at IS NOT NULL";
    support::eventually("the event of the other topic", || async {
        let count: i64 = sqlx::query_scalar(published).fetch_one(&world.all).await.expect("a count");
        (count == 1).then_some(())
    })
    .await;
    stop.cancel();
    support::eventually("the lock to be free", || async { (locks_held(&world).await == 0).then_some(()) }).await;
    cluster.partition_leader(TOPIC, 0, Some(1)).expect("a leader");
    world.publish("s", "newer").await;
    assert_eq!(world.relay().run_once().await.expect("published"), 2);
    relay.await.expect("stopped");
    let brokers = world.kafka.kafka_brokers.to_string();
    let messages = tokio::task::spawn_blocking(move || {
        let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", brokers).create().expect("a client");
        client.fetch_watermarks(TOPIC, 0, Duration::from_secs(10)).expect("offsets").1
    });
    assert_eq!(messages.await.expect("an answer"), 2, "each event once, by the second relay");
}

/// The client keeps the pause of a partition that moves to another member and back.
#[tokio::test]
async fn a_topic_that_is_paused_during_a_rebalance_is_consumed_afterwards() {
    let Some(kafka) = support::real_kafka("a_topic_that_is_paused_during_a_rebalance_is_consumed_afterwards") else {
        return;
    };
    let world = World::on(kafka).await;
    world.create_topics().await;
    // More than the queue of a topic holds, in all partitions. Each partition begins with the gate.
    publish_sessions(&world, "gate", 40).await;
    publish_sessions(&world, "full", 6000).await;
    let gate = world.close_gate().await;
    let (stop, stop_second) = (CancellationToken::new(), CancellationToken::new());
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    support::eventually("a handler that waits", || async { (waiting(&world).await > 0).then_some(()) }).await;
    // It is read after the sessions: by then, their topic is paused.
    world.publish_usage(world.tenant, ["usage"]).await;
    world.relay().run_once().await.expect("published");
    world.eventually_notes(1).await;

    let second = tokio::spawn(world.consumer().run(stop_second.clone()));
    support::eventually("a group of two", || async { (stable_members(&world).await == 2).then_some(()) }).await;
    gate.rollback().await.expect("open");
    world.eventually_notes(6041).await;
    // The first member handles its share of these when its queue was drained.
    publish_sessions(&world, "of both", 40).await;
    world.eventually_notes(6081).await;
    stop_second.cancel();
    second.await.expect("stopped");
    publish_sessions(&world, "of the first", 40).await;
    assert_eq!(world.eventually_notes(6121).await.len(), 6121);
    stop.cancel();
    consumer.await.expect("stopped");
}

/// Publishes events of different sessions, which spread over the partitions.
async fn publish_sessions(world: &World, device: &str, count: usize) {
    let keys: Vec<String> = (0..count).map(|_| new_uuid(&world.clock).to_string()).collect();
    let payloads: Vec<Vec<u8>> = keys.iter().map(|key| world.event(key, device).encode_to_vec()).collect();
    sqlx::query(
        "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
         SELECT gen_random_uuid(), $1, $2, key, $3, now(), payload FROM unnest($4, $5) AS event (key, payload)",
    )
    .bind(world.tenant)
    .bind(SessionChanged::TOPIC.name)
    .bind(<SessionChanged as prost::Name>::full_name())
    .bind(keys)
    .bind(payloads)
    .execute(&world.all)
    .await
    .expect("in the outbox");
    world.relay().run_once().await.expect("published");
}

async fn members(world: &World) -> usize {
    group(world).await.1
}

/// The number of members that know their partitions: 0 during a rebalance.
async fn stable_members(world: &World) -> usize {
    let (state, members) = group(world).await;
    if state == "Stable" { members } else { 0 }
}

/// The state of the consumer group on the broker, and the number of its members.
async fn group(world: &World) -> (String, usize) {
    let (brokers, group) = (world.kafka.kafka_brokers.to_string(), format!("{}chassis", world.kafka.topic_prefix));
    let read = move || {
        let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", brokers).create().expect("a client");
        let groups = client.fetch_group_list(Some(&group), Duration::from_secs(10)).expect("the group");
        groups.groups().first().map(|group| (group.state().to_owned(), group.members().len())).unwrap_or_default()
    };
    tokio::task::spawn_blocking(read).await.expect("an answer")
}

//! A process that stops releases its relay lock and its group membership at once.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
};
use tokio_util::sync::CancellationToken;

use crate::{delivery::wait_until_published, world::World};

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

/// The number of members of the consumer group on the broker.
async fn members(world: &World) -> usize {
    let (brokers, group) = (world.kafka.kafka_brokers.to_string(), format!("{}chassis", world.kafka.topic_prefix));
    let count = move || {
        let client: BaseConsumer = ClientConfig::new().set("bootstrap.servers", brokers).create().expect("a client");
        let groups = client.fetch_group_list(Some(&group), Duration::from_secs(10)).expect("the group");
        groups.groups().iter().map(|group| group.members().len()).sum()
    };
    tokio::task::spawn_blocking(count).await.expect("an answer")
}

//! Events that the broker rejects, for good or for a while.

use rdkafka::{
    mocking::MockCluster,
    producer::DefaultProducerContext,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use tokio_util::sync::CancellationToken;

use crate::world::World;

/// More than the broker and the producer accept in one message.
const TOO_LARGE: usize = 1_100_000;

async fn count(world: &World, condition: &'static str) -> i64 {
    let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM outbox WHERE {condition}"));
    sqlx::query_scalar(query).fetch_one(&world.all).await.expect("a count")
}

#[tokio::test]
async fn an_event_that_is_too_large_is_parked_and_the_others_are_published_once() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for number in 0..250 {
        let device = if number == 199 { "x".repeat(TOO_LARGE) } else { number.to_string() };
        // The event that is too large has the same key as others: they do not wait for it.
        world.publish(if number % 2 == 0 { "even" } else { "odd" }, &device).await;
    }
    let relay = world.relay();
    assert_eq!(relay.run_once().await.expect("published"), 249);
    assert_eq!(relay.run_once().await.expect("nothing left"), 0, "no event is published again");
    assert_eq!(count(&world, "published_at IS NULL AND parked_at IS NULL").await, 0);
    let reason: String = sqlx::query_scalar("SELECT parked_reason FROM outbox WHERE parked_at IS NOT NULL")
        .fetch_one(&world.all)
        .await
        .expect("one parked event");
    assert!(reason.contains("too large"), "{reason}");

    // An operator removes the cause and publishes it again.
    let repaired = "UPDATE outbox SET parked_at = NULL, parked_reason = NULL, payload = '' WHERE parked_at IS NOT NULL";
    sqlx::query(repaired).execute(&world.all).await.expect("repaired");
    assert_eq!(relay.run_once().await.expect("published"), 1);
}

/// The broker refuses a batch as too large as a whole, without the name of an event.
#[tokio::test]
async fn of_a_batch_that_is_too_large_only_the_event_that_is_too_large_is_parked() {
    const TOO_LARGE: RDKafkaRespErr = RDKafkaRespErr::RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE;
    for (refused, parked) in [(&[TOO_LARGE][..], 0), (&[TOO_LARGE, TOO_LARGE][..], 1)] {
        let (cluster, world) = on_mock_cluster().await;
        cluster.request_errors(RDKafkaApiKey::Produce, refused);
        for device in ["one", "two", "three"] {
            world.publish("s", device).await;
        }
        let published = world.relay().run_once().await.expect("published");
        assert_eq!((published, count(&world, "parked_at IS NOT NULL").await), (3 - parked as usize, parked));
        let first = count(&world, "parked_at IS NOT NULL AND seq = (SELECT min(seq) FROM outbox)").await;
        assert_eq!(first, parked, "the event that was refused alone");
    }
}

/// A mock cluster with one partition a topic.
pub(crate) async fn on_mock_cluster() -> (MockCluster<'static, DefaultProducerContext>, World) {
    let cluster = MockCluster::new(1).expect("a mock cluster");
    let kafka = chassis::config::Kafka {
        kafka_brokers: cluster.bootstrap_servers().parse().expect("host:port"),
        topic_prefix: String::new(),
    };
    for topic in ["login.session.v1", "login.usage.v1"] {
        cluster.create_topic(topic, 1, 1).expect("a topic");
    }
    (cluster, World::on(kafka).await)
}

#[tokio::test]
async fn only_events_of_the_same_aggregate_wait_for_one_that_cannot_be_sent() {
    let (cluster, world) = on_mock_cluster().await;
    cluster.partition_leader("login.session.v1", 0, None).expect("no leader");
    world.publish("s", "first").await;
    world.publish("s", "second").await;
    world.publish_usage(world.tenant, ["usage"]).await;

    let stop = CancellationToken::new();
    let relay = tokio::spawn(world.relay().run(stop.clone()));
    let is = async |condition, expected| (count(&world, condition).await == expected).then_some(());
    support::eventually("the event of the other aggregate", || is("published_at IS NOT NULL", 1)).await;
    world.publish_usage(world.tenant, ["later"]).await;
    support::eventually("a later event", || is("published_at IS NOT NULL", 2)).await;
    assert_eq!(count(&world, "topic = 'login.session.v1' AND published_at IS NULL AND parked_at IS NULL").await, 2);

    cluster.partition_leader("login.session.v1", 0, Some(1)).expect("a leader");
    support::eventually("the events that waited", || is("published_at IS NOT NULL", 4)).await;
    stop.cancel();
    relay.await.expect("stopped");
}

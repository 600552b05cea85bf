use chassis::{event::Event, id::TenantId, outbox};

use crate::world::World;

async fn unpublished(world: &World) -> i64 {
    let count = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE published_at IS NULL");
    count.fetch_one(&world.all).await.expect("a count")
}

#[tokio::test]
async fn a_change_that_is_rolled_back_leaves_no_event() {
    let world = World::new().await;
    let mut transaction = world.db.begin(world.tenant).await.expect("a transaction");
    outbox::publish(&mut transaction, &world.clock, &world.event("s", "d")).await.expect("in the outbox");
    transaction.rollback().await.expect("rolled back");
    assert_eq!(unpublished(&world).await, 0);
}

#[tokio::test]
async fn an_event_of_another_tenant_is_rejected() {
    let world = World::new().await;
    let other = TenantId::new(&world.clock);
    let mut transaction = world.db.begin(other).await.expect("a transaction");
    let refused = outbox::publish(&mut transaction, &world.clock, &world.event("s", "d")).await;
    let error = refused.expect_err("row-level security").to_string();
    assert!(error.contains("row-level security"), "{error}");
}

#[tokio::test]
async fn acknowledged_events_are_marked_as_published() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for number in 0..3 {
        world.publish("s", &number.to_string()).await;
    }
    let relay = world.relay();
    assert_eq!(relay.run_once().await.expect("published"), 3);
    assert_eq!(unpublished(&world).await, 0);
    assert_eq!(relay.run_once().await.expect("nothing left"), 0);
}

#[tokio::test]
async fn events_wait_while_the_broker_is_unavailable() {
    let mut world = World::new().await;
    world.kafka.kafka_brokers = "127.0.0.1:1".parse().expect("host:port");
    world.publish("s", "d").await;
    let relay = world.relay();
    let tried = tokio::time::timeout(std::time::Duration::from_millis(300), relay.run_once()).await;
    assert!(tried.is_err(), "without an acknowledgement it must not return: {tried:?}");
    assert_eq!(unpublished(&world).await, 1);
}

#[tokio::test]
async fn a_tombstone_replaces_earlier_events() {
    let world = World::new().await;
    for (key, detail) in [("s", "one"), ("s", "two"), ("other", "three")] {
        world.publish(key, detail).await;
    }
    let mut transaction = world.db.begin(world.tenant).await.expect("a transaction");
    let event = world.event("s", "");
    erase(&mut transaction, &world, &event).await;
    transaction.commit().await.expect("committed");
    let rows: Vec<(String, bool)> = sqlx::query_as("SELECT key, payload IS NULL FROM outbox ORDER BY seq")
        .fetch_all(&world.all)
        .await
        .expect("the outbox");
    assert_eq!(rows, [("other".to_owned(), false), ("s".to_owned(), true)]);
}

#[tokio::test]
async fn the_relay_does_not_wait_for_an_erasure() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for key in ["s", "other"] {
        world.publish(key, "one").await;
    }
    let mut erasure = world.db.begin(world.tenant).await.expect("a transaction");
    erase(&mut erasure, &world, &world.event("s", "")).await;
    let relay = world.relay();
    assert_eq!(relay.run_once().await.expect("published without a wait"), 1);
    erasure.rollback().await.expect("rolled back");
    assert_eq!(unpublished(&world).await, 1, "the rows of the rolled-back erasure are unpublished");
    assert_eq!(relay.run_once().await.expect("sent again"), 1);
}

/// Publishes a tombstone for the key of `event`.
async fn erase<E: Event>(conn: &mut sqlx::PgConnection, world: &World, event: &E) {
    outbox::publish_tombstone::<E>(conn, &world.clock, event.key(), world.tenant).await.expect("in the outbox");
}

#[tokio::test]
async fn large_events_are_published_although_they_do_not_fit_into_one_batch() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for number in 0..30 {
        world.publish(&number.to_string(), &"x".repeat(600_000)).await;
    }
    assert_eq!(world.relay().run_once().await.expect("published"), 30);
    assert_eq!(unpublished(&world).await, 0);
}

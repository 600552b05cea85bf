use chassis::outbox;
use contracts::login::v1::SessionChanged;
use tokio_util::sync::CancellationToken;

use crate::world::World;

#[tokio::test]
async fn a_published_event_is_consumed() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    let relay = tokio::spawn(world.relay().run(stop.clone()));
    world.publish("s", "first").await;
    assert_eq!(world.eventually_notes(1).await, ["first"]);
    stop.cancel();
    consumer.await.expect("stopped");
    relay.await.expect("stopped");
}

#[tokio::test]
async fn events_of_one_aggregate_stay_in_order() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for number in 0..50 {
        world.publish("same", &number.to_string()).await;
    }
    world.relay().run_once().await.expect("published");
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    let expected: Vec<String> = (0..50).map(|number| number.to_string()).collect();
    assert_eq!(world.eventually_notes(50).await, expected);
    stop.cancel();
    consumer.await.expect("stopped");
}

#[tokio::test]
async fn an_event_published_twice_has_one_effect() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish("s", "once").await;
    let relay = world.relay();
    relay.run_once().await.expect("published");
    // Creates the state after a crash of the relay between the broker's acknowledgement and the update of the row.
    sqlx::query("UPDATE outbox SET published_at = NULL").execute(&world.all).await.expect("reset");
    relay.run_once().await.expect("published again");
    world.publish("s", "the last").await;
    relay.run_once().await.expect("published");

    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    assert_eq!(world.eventually_notes(2).await, ["once", "the last"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

#[tokio::test]
async fn a_tombstone_is_consumed() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let mut transaction = world.db.begin(world.tenant).await.expect("a transaction");
    outbox::publish_tombstone::<SessionChanged>(&mut transaction, &world.clock, "s", world.tenant)
        .await
        .expect("written");
    transaction.commit().await.expect("committed");
    world.relay().run_once().await.expect("published");
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    assert_eq!(world.eventually_notes(1).await, ["erased s"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

#[tokio::test]
async fn a_second_consumer_continues_where_the_first_stopped() {
    let Some(kafka) = support::real_kafka("a_second_consumer_continues_where_the_first_stopped") else { return };
    let world = World::on(kafka).await;
    world.create_topics().await;
    for round in ["one", "two"] {
        world.publish("s", round).await;
        world.relay().run_once().await.expect("published");
        let stop = CancellationToken::new();
        let consumer = tokio::spawn(world.consumer().run(stop.clone()));
        world.eventually_notes(if round == "one" { 1 } else { 2 }).await;
        stop.cancel();
        consumer.await.expect("stopped");
    }
    assert_eq!(world.notes().await, ["one", "two"]);
    let received: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox").fetch_one(&world.all).await.expect("a count");
    assert_eq!(received, 2);
}

#[tokio::test]
async fn one_relay_is_active_and_another_takes_over() {
    let Some(kafka) = support::real_kafka("one_relay_is_active_and_another_takes_over") else { return };
    let world = World::on(kafka).await;
    world.create_topics().await;
    let (first, second) = (CancellationToken::new(), CancellationToken::new());
    let leading = tokio::spawn(world.relay().run(first.clone()));
    world.publish("s", "by the first").await;
    wait_until_published(&world).await;
    let following = tokio::spawn(world.relay().run(second.clone()));
    world.publish("s", "by the first again").await;
    wait_until_published(&world).await;
    first.cancel();
    leading.await.expect("stopped");
    world.publish("s", "by the second").await;
    wait_until_published(&world).await;
    second.cancel();
    following.await.expect("stopped");
}

pub(crate) async fn wait_until_published(world: &World) {
    support::eventually("an empty outbox", || async {
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE published_at IS NULL")
            .fetch_one(&world.all)
            .await
            .expect("a count");
        (left == 0).then_some(())
    })
    .await;
}

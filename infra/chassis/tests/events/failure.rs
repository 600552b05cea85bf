use tokio_util::sync::CancellationToken;

use crate::world::World;

/// Runs a consumer until there are `count` notes.
pub(crate) async fn consume_until_notes(world: &World, count: usize) -> Vec<String> {
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    let notes = world.eventually_notes(count).await;
    stop.cancel();
    consumer.await.expect("stopped");
    notes
}

#[tokio::test]
async fn an_invalid_event_does_not_block_the_others() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for device in ["before", "invalid", "after"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 2).await, ["before", "after"]);
}

#[tokio::test]
async fn a_panic_of_the_handler_does_not_stop_the_consumer() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    for device in ["panic", "after"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["after"]);
}

#[tokio::test]
async fn the_consumer_waits_for_a_missing_table() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    sqlx::query("ALTER TABLE note RENAME TO note_to_be").execute(&world.all).await.expect("renamed");
    world.publish("s", "patient").await;
    world.relay().run_once().await.expect("published");
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    // More attempts than an event with an error has before it becomes a dead letter.
    let tried =
        "SELECT coalesce(sum(xact_rollback), 0)::bigint FROM pg_stat_database WHERE datname = current_database()";
    let before: i64 = sqlx::query_scalar(tried).fetch_one(&world.all).await.expect("a count");
    support::eventually("more attempts than an event with an error has", || async {
        let now: i64 = sqlx::query_scalar(tried).fetch_one(&world.all).await.expect("a count");
        (now >= before + 7).then_some(())
    })
    .await;
    sqlx::query("ALTER TABLE note_to_be RENAME TO note").execute(&world.all).await.expect("renamed back");
    assert_eq!(world.eventually_notes(1).await, ["patient"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

#[tokio::test]
async fn a_dead_letter_is_handled_by_replay_and_only_once() {
    let Some(kafka) = support::real_kafka("a_dead_letter_is_handled_by_replay_and_only_once") else { return };
    let world = World::on(kafka).await;
    world.create_topics().await;
    for device in ["fails at first", "the fix"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["the fix"]);

    world.consumer().replay(None).await.expect("replayed");
    assert_eq!(world.notes().await, ["the fix", "fails at first"]);
    world.consumer().replay(None).await.expect("nothing left");
    assert_eq!(world.notes().await.len(), 2);
}

#[tokio::test]
async fn a_dead_letter_that_fails_again_stays_for_the_next_replay() {
    let Some(kafka) = support::real_kafka("a_dead_letter_that_fails_again_stays_for_the_next_replay") else { return };
    let world = World::on(kafka).await;
    world.create_topics().await;
    for device in ["fails at first", "last"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    consume_until_notes(&world, 1).await;

    let failed = world.consumer().replay(None).await.expect_err("not fixed yet").to_string();
    assert_eq!(failed, "1 dead letters failed again");
    world.publish("same", "the fix").await;
    world.relay().run_once().await.expect("published");
    consume_until_notes(&world, 2).await;
    world.consumer().replay(Some("login.session.v1")).await.expect("replayed");
    assert_eq!(world.notes().await, ["last", "the fix", "fails at first"]);
}

#[tokio::test]
async fn replay_of_an_unknown_topic_lists_the_consumed_topics() {
    let world = World::new().await;
    let refused = world.consumer().replay(Some("nobody.reads.v1")).await.expect_err("not consumed").to_string();
    assert_eq!(refused, "chassis does not consume nobody.reads.v1: it consumes login.session.v1, login.usage.v1");
}

#[tokio::test]
async fn the_consumer_waits_while_the_database_is_unavailable() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish("s", "patient").await;
    world.relay().run_once().await.expect("published");

    allow_connections(&world, false).await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    support::eventually("a connection that is refused", || async {
        let refused = chassis::db::is_unavailable(&world.db.begin(world.tenant).await.err()?);
        refused.then_some(())
    })
    .await;
    allow_connections(&world, true).await;
    assert_eq!(world.eventually_notes(1).await, ["patient"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

/// Allows or forbids connections to the test database. Forbidding also terminates existing connections.
async fn allow_connections(world: &World, allow: bool) {
    let name: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&world.all).await.expect("a name");
    let limit = if allow { -1 } else { 0 };
    let change = format!("ALTER DATABASE {name} CONNECTION LIMIT {limit}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(&world.all).await.expect("changed");
    if !allow {
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE 'chassis_%'",
        )
        .bind(name)
        .execute(&world.all)
        .await
        .expect("ended");
    }
}

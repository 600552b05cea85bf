use tokio_util::sync::CancellationToken;

use crate::world::World;

/// A consumer that runs until the test has seen what it waits for.
async fn consume_until_notes(world: &World, count: usize) -> Vec<String> {
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    let notes = world.eventually_notes(count).await;
    stop.cancel();
    consumer.await.expect("stopped");
    notes
}

#[tokio::test]
async fn an_event_that_can_never_work_does_not_hold_up_the_others() {
    let world = World::new().await;
    world.make_topics_where_needed().await;
    for device in ["before", "invalid", "after"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 2).await, ["before", "after"]);
}

#[tokio::test]
async fn an_event_that_makes_the_handler_panic_does_not_stop_the_product() {
    let world = World::new().await;
    world.make_topics_where_needed().await;
    for device in ["panic", "after"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["after"]);
}

#[tokio::test]
async fn reading_waits_for_a_schema_that_is_still_to_come() {
    let world = World::new().await;
    world.make_topics_where_needed().await;
    sqlx::query("ALTER TABLE note RENAME TO note_to_be").execute(&world.all).await.expect("not there yet");
    world.publish("s", "patient").await;
    world.relay().run_once().await.expect("published");
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    // Longer than an event's own failures would take to make a dead letter of it.
    let tried =
        "SELECT coalesce(sum(xact_rollback), 0)::bigint FROM pg_stat_database WHERE datname = current_database()";
    let before: i64 = sqlx::query_scalar(tried).fetch_one(&world.all).await.expect("a count");
    support::eventually("more tries than an event of its own fault has", || async {
        let now: i64 = sqlx::query_scalar(tried).fetch_one(&world.all).await.expect("a count");
        (now >= before + 7).then_some(())
    })
    .await;
    sqlx::query("ALTER TABLE note_to_be RENAME TO note").execute(&world.all).await.expect("there");
    assert_eq!(world.eventually_notes(1).await, ["patient"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

#[tokio::test]
async fn a_dead_letter_is_handled_by_replay_and_only_once() {
    let Some(kafka) = support::real_kafka("a_dead_letter_is_handled_by_replay_and_only_once") else { return };
    let world = World::on(kafka).await;
    world.make_topics().await;
    for device in ["cured later", "the cure"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    assert_eq!(consume_until_notes(&world, 1).await, ["the cure"]);

    world.consumer().replay(None).await.expect("replayed");
    assert_eq!(world.notes().await, ["the cure", "cured later"]);
    world.consumer().replay(None).await.expect("nothing left");
    assert_eq!(world.notes().await.len(), 2);
}

#[tokio::test]
async fn a_dead_letter_that_fails_again_stays_for_the_next_replay() {
    let Some(kafka) = support::real_kafka("a_dead_letter_that_fails_again_stays_for_the_next_replay") else { return };
    let world = World::on(kafka).await;
    world.make_topics().await;
    for device in ["cured later", "last"] {
        world.publish("same", device).await;
    }
    world.relay().run_once().await.expect("published");
    consume_until_notes(&world, 1).await;

    let failed = world.consumer().replay(None).await.expect_err("no cure yet").to_string();
    assert_eq!(failed, "1 dead letters failed again");
    world.publish("same", "the cure").await;
    world.relay().run_once().await.expect("published");
    consume_until_notes(&world, 2).await;
    world.consumer().replay(Some("login.session.v1")).await.expect("replayed");
    assert_eq!(world.notes().await, ["last", "the cure", "cured later"]);
}

#[tokio::test]
async fn replay_of_a_topic_that_is_not_read_says_which_are() {
    let world = World::new().await;
    let refused = world.consumer().replay(Some("nobody.reads.v1")).await.expect_err("not read").to_string();
    assert_eq!(refused, "nobody.reads.v1 is not read by chassis: it reads login.session.v1");
}

#[tokio::test]
async fn reading_waits_while_the_store_is_away() {
    let world = World::new().await;
    world.make_topics_where_needed().await;
    world.publish("s", "patient").await;
    world.relay().run_once().await.expect("published");

    set_login(&world, false).await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    support::eventually("a try that was refused", || async {
        let refused = chassis::db::is_unreachable(&world.db.begin(world.tenant).await.err()?);
        refused.then_some(())
    })
    .await;
    set_login(&world, true).await;
    assert_eq!(world.eventually_notes(1).await, ["patient"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

/// Opens or closes the test's database to the product; closing ends the connections that there are.
async fn set_login(world: &World, open: bool) {
    let name: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&world.all).await.expect("a name");
    let limit = if open { -1 } else { 0 };
    let change = format!("ALTER DATABASE {name} CONNECTION LIMIT {limit}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(change)).execute(&world.all).await.expect("changed");
    if !open {
        sqlx::query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE 'chassis_%'",
        )
        .bind(name)
        .execute(&world.all)
        .await
        .expect("ended");
    }
}

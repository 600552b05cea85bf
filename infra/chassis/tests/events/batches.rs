//! The waiting events of a topic are handled in one transaction a batch.

use std::sync::atomic::Ordering;

use chassis::{consumer::Outcome, db::Db, event::EventId, id::TenantId};
use tokio_util::sync::CancellationToken;

use crate::{failure::consume_until_notes, world::World};

#[tokio::test]
async fn events_of_several_tenants_share_a_transaction() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let tenants = [world.tenant, TenantId::new(&world.clock)];
    for number in 0..200 {
        world.publish_usage(tenants[number % 2], [number.to_string()]).await;
    }
    world.relay().run_once().await.expect("published");
    consume_until_notes(&world, 200).await;
    let (transactions, owners): (i64, i64) =
        sqlx::query_as("SELECT count(DISTINCT xmin::text), count(DISTINCT tenant_id) FROM note")
            .fetch_one(&world.all)
            .await
            .expect("counts");
    assert!(transactions < 100, "{transactions} transactions for 200 events");
    assert_eq!(owners, 2, "row-level security accepts a row of the event's tenant only");
    let received: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox").fetch_one(&world.all).await.expect("a count");
    assert_eq!(received, 200);
}

#[tokio::test]
async fn an_event_that_postgres_rejects_costs_only_itself() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let rejected = ["nul\0", "of another tenant", "too large for the index"];
    let mut texts: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    for (position, text) in [20, 27, 34].into_iter().zip(rejected) {
        texts[position] = text.into();
    }
    world.publish_usage(world.tenant, &texts).await;
    world.relay().run_once().await.expect("published");
    let expected: Vec<_> = texts.iter().filter(|text| !rejected.contains(&text.as_str())).cloned().collect();
    assert_eq!(consume_until_notes(&world, 37).await, expected);
    // Each once alone, and the first once in its batch. They are not retried.
    let tries = world.rejected.load(Ordering::SeqCst);
    assert!((3..=6).contains(&tries), "{tries} tries");
}

#[tokio::test]
async fn the_same_id_from_two_sources_is_two_events() {
    let world = World::new().await;
    let (consumer, id) = (world.consumer(), EventId::new(&world.clock));
    let accept = async |source: &str, device: &str| {
        let event = world.envelope(id, source, device);
        consumer.accept("login.session.v1", event).await.expect("accepted")
    };
    for source in ["login", "other", "third"] {
        assert_eq!(accept(source, source).await, Outcome::Handled);
    }
    for source in ["login", "other", "third"] {
        assert_eq!(accept(source, "again").await, Outcome::Duplicate);
    }
    assert_eq!(world.notes().await, ["login", "other", "third"]);
}

/// During a rollout, replicas of the version before store ids without a source.
#[tokio::test]
async fn an_event_takes_effect_once_beside_the_version_before() {
    const BEFORE: &str = "INSERT INTO inbox (consumer, event_id) VALUES ('chassis', $1) ON CONFLICT DO NOTHING";
    let world = World::new().await;
    let consumer = world.consumer();
    let before = async |id: EventId| {
        let inserted = sqlx::query(BEFORE).bind(id.as_uuid()).execute(world.db.app()).await.expect("inserted");
        inserted.rows_affected()
    };
    let accept = async |id, source| {
        consumer.accept("login.session.v1", world.envelope(id, source, source)).await.expect("accepted")
    };

    let first_there = EventId::new(&world.clock);
    assert_eq!(before(first_there).await, 1);
    assert_eq!(accept(first_there, "login").await, Outcome::Duplicate);

    let first_here = EventId::new(&world.clock);
    assert_eq!(accept(first_here, "login").await, Outcome::Handled);
    assert_eq!(before(first_here).await, 0);
    // The second source is in the inbox, too.
    assert_eq!(accept(first_here, "other").await, Outcome::Handled);
    assert_eq!(before(first_here).await, 0);
}

/// Both topics lock the same rows, in other orders. Postgres would not resolve their deadlock during this test.
#[tokio::test]
async fn batches_that_block_each_other_do_not_wait_for_the_detection_of_deadlocks() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let name: String =
        sqlx::query_scalar("SELECT current_database()::text").fetch_one(&world.all).await.expect("a name");
    let patient = format!("ALTER DATABASE {name} SET deadlock_timeout = '1h'");
    sqlx::raw_sql(sqlx::AssertSqlSafe(patient)).execute(&world.all).await.expect("set");
    for text in ["lock a", "meet", "lock b"] {
        world.publish("s", text).await;
    }
    world.publish_usage(world.tenant, ["lock b", "meet", "lock a"]).await;
    let relay = world.relay();
    relay.run_once().await.expect("published");
    // A connection of before has the usual timeout.
    let world = World { db: Db::connect(&world.database.config()).expect("addresses"), ..world };
    let mut notes = consume_until_notes(&world, 6).await;
    notes.sort_unstable();
    assert_eq!(notes, ["lock a", "lock a", "lock b", "lock b", "meet", "meet"]);
}

#[tokio::test]
async fn a_batch_that_waits_for_a_lock_releases_its_own() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    world.publish_usage(world.tenant, ["before", "gate", "after"]).await;
    world.relay().run_once().await.expect("published");
    let gate = world.close_gate().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer().run(stop.clone()));
    assert_eq!(world.eventually_notes(1).await, ["before"], "committed while the gate is closed");
    gate.rollback().await.expect("open");
    assert_eq!(world.eventually_notes(3).await, ["before", "gate", "after"]);
    stop.cancel();
    consumer.await.expect("stopped");
}

/// Postgres answers the COMMIT of an aborted transaction with a rollback and no error.
#[tokio::test]
async fn a_handler_that_ignores_an_error_of_the_database_fails() {
    let world = World::new().await;
    let event = world.envelope(EventId::new(&world.clock), "login", "ignores an error");
    let failed = world.consumer().accept("login.session.v1", event).await.expect_err("not committed").to_string();
    assert!(failed.contains("current transaction is aborted"), "{failed}");
}

#[tokio::test]
async fn events_that_are_published_twice_take_effect_once() {
    let world = World::new().await;
    world.create_topics_if_needed().await;
    let mut texts: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    world.publish_usage(world.tenant, &texts).await;
    world.relay().run_once().await.expect("published");
    sqlx::query("UPDATE outbox SET published_at = NULL").execute(&world.all).await.expect("to be published again");
    texts.push("last".into());
    world.publish_usage(world.tenant, &texts[40..]).await;
    assert_eq!(world.relay().run_once().await.expect("published"), 41);
    assert_eq!(consume_until_notes(&world, 41).await, texts);
}

//! The waiting events of a topic are handled in one transaction a batch.

use std::sync::atomic::Ordering;

use chassis::id::TenantId;

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
    let texts: Vec<String> =
        (0..40).map(|number| if number == 20 { "nul\0".into() } else { number.to_string() }).collect();
    world.publish_usage(world.tenant, &texts).await;
    world.relay().run_once().await.expect("published");
    let expected: Vec<_> = texts.iter().filter(|text| *text != "nul\0").cloned().collect();
    assert_eq!(consume_until_notes(&world, 39).await, expected);
    // Once in its batch, and once alone. It is not retried.
    let tries = world.rejected.load(Ordering::SeqCst);
    assert!((1..=2).contains(&tries), "{tries} tries");
}

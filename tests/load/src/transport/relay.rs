//! Events a second of the relay and of a bare producer that reads and marks the same rows, in turns.

use anyhow::{Result, ensure};
use chassis::{db::Db, event::Event, outbox::Relay};
use contracts::login::v1::UsageRecorded;
use prost::Message;
use tokio::time::Instant;

use super::{bare, product::World};
use crate::figure::{Figure, median};

pub(super) async fn measure(events: usize, rounds: u32) -> Result<Vec<Figure>> {
    let (mut chassis, mut bare) = (vec![], vec![]);
    for _ in 0..rounds {
        let world = filled(events).await?;
        let db = Db::connect(&world.database.config())?;
        let relay = Relay::new("bench", &world.kafka, &db, world.clock.clone())?;
        let began = Instant::now();
        let published = relay.run_once().await.map_err(anyhow::Error::from_boxed)?;
        chassis.push(published as f64 / began.elapsed().as_secs_f64());
        ensure!(published == events, "the relay published {published} of {events}");

        let world = filled(events).await?;
        let began = Instant::now();
        let published = bare::publish(&world).await?;
        bare.push(published as f64 / began.elapsed().as_secs_f64());
        ensure!(published == events, "the bare producer published {published} of {events}");
    }
    let (chassis, bare) = (median(chassis), median(bare));
    let (ratio, of) = (chassis / bare, "a bare producer that reads and marks the same rows");
    Ok(vec![
        Figure::new("relay.throughput_ratio", (ratio, ""), ratio, of),
        Figure::new("relay.events_per_second", (chassis, "/s"), ratio, of),
    ])
}

/// A world with that many events in its outbox, of different aggregates.
async fn filled(events: usize) -> Result<World> {
    let world = World::new().await?;
    sqlx::query(
        "INSERT INTO outbox (event_id, tenant_id, topic, key, type, time, payload)
         SELECT gen_random_uuid(), $1, $2, gen_random_uuid()::text, $3, now(), $4 FROM generate_series(1, $5)",
    )
    .bind(world.tenant)
    .bind(UsageRecorded::TOPIC.name)
    .bind(<UsageRecorded as prost::Name>::full_name())
    .bind(world.usage().encode_to_vec())
    .bind(i32::try_from(events)?)
    .execute(&world.all)
    .await?;
    Ok(world)
}

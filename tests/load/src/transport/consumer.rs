//! Events a second of a consumer of chassis and of a bare one, in turns. Each has the same events on topics of its own.

use anyhow::Result;

use super::{bare, product::World};
use crate::figure::{Figure, median};

const STORED: &str = "SELECT count(*) FROM usage_record";

pub(super) async fn measure(events: usize, rounds: u32) -> Result<Vec<Figure>> {
    let (mut chassis, mut bare) = (vec![], vec![]);
    for _ in 0..rounds {
        chassis.push(with_chassis(events).await?);
        bare.push(without(events).await?);
    }
    let (chassis, bare) = (median(chassis), median(bare));
    let of = "a bare rdkafka consumer with one transaction a batch";
    Ok(vec![Figure::new("consumer.events_per_second", (chassis, "/s"), chassis / bare, of)])
}

async fn with_chassis(events: usize) -> Result<f64> {
    let world = World::new().await?;
    bare::send(&world, (0..events).map(|_| world.usage())).await?;
    let _consumer = world.consumer()?;
    rate(&world, events).await
}

async fn without(events: usize) -> Result<f64> {
    let world = World::new().await?;
    bare::send(&world, (0..events).map(|_| world.usage())).await?;
    let (consumed, rate) = tokio::join!(bare::consume(&world, events), rate(&world, events));
    consumed?;
    rate
}

/// Events a second after the first ones: the group is joined by then.
async fn rate(world: &World, events: usize) -> Result<f64> {
    let (first, began) = world.until(STORED, 1).await?;
    let (last, ended) = world.until(STORED, events).await?;
    Ok((last - first) as f64 / (ended - began).as_secs_f64())
}

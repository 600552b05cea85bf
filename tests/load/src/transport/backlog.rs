//! The delay until an ended session is refused, behind a backlog of usage records of the same consumer and without one.

use anyhow::{Result, ensure};
use tokio::time::Instant;

use super::{bare, product::World};
use crate::figure::{Figure, median};

const ENDED: &str = "SELECT count(*) FROM ended_session";
const STORED: &str = "SELECT count(*) FROM usage_record";

pub(super) async fn measure(backlog: usize, rounds: u32) -> Result<Vec<Figure>> {
    let (mut behind, mut without) = (vec![], vec![]);
    for _ in 0..rounds {
        let world = World::new().await?;
        let _consumer = world.consumer()?;
        // The consumer has joined its group when it stored the first.
        bare::send(&world, [world.ended_session()]).await?;
        world.until(ENDED, 1).await?;
        without.push(delay(&world, 2).await?);
        // The handlers of usage wait until the whole backlog is queued.
        let gate = world.close_gate().await?;
        bare::send(&world, (0..backlog).map(|_| world.usage())).await?;
        ensure!(world.count(STORED).await? == 0, "usage records were stored before the measurement");
        gate.rollback().await?;
        behind.push(delay(&world, 3).await?);
        world.until(STORED, backlog).await?;
    }
    let (behind, without) = (median(behind), median(without));
    let of = "an ended session without a backlog";
    Ok(vec![Figure::new("backlog.session_delay_s", (behind, "s"), behind / without, of)])
}

/// Sends the event of an ended session and returns the time until there are `count`.
async fn delay(world: &World, count: usize) -> Result<f64> {
    bare::send(world, [world.ended_session()]).await?;
    let began = Instant::now();
    let (_, ended) = world.until(ENDED, count).await?;
    Ok((ended - began).as_secs_f64())
}

//! The latency of an empty unary call to a server of chassis and to a bare one, in turns.

use std::time::{Duration, Instant};

use anyhow::Result;
use tonic::{client::Grpc, transport::Channel};

use super::served::Connection;
use crate::{empty, figure::Figure, latency::Latency};

const BARE: &str = "a bare tonic server with TCP_NODELAY";
/// Calls to one server before the other one has its turn.
const TURN: usize = 100;

pub(super) async fn measure(calls: usize) -> Result<Vec<Figure>> {
    let (chassis, bare) = (Connection::start(false).await?, Connection::start(true).await?);
    let mut servers = [(Grpc::new(chassis.channel.clone()), vec![]), (Grpc::new(bare.channel.clone()), vec![])];
    for turn in 0..=calls.div_ceil(TURN) {
        for (client, took) in &mut servers {
            let times = calls_in_a_row(client).await?;
            // The first turn opens connections and fills caches.
            if turn > 0 {
                took.extend(times);
            }
        }
    }
    let [chassis, bare] = servers.map(|(_, took)| Latency::of(&took));
    let ratio = chassis.ratio_to(&bare);
    Ok(vec![
        Figure::new("unary.p50_ratio", (ratio.p50, ""), ratio.p50, BARE),
        Figure::new("unary.p50_ms", (chassis.p50_ms, "ms"), ratio.p50, BARE),
        Figure::new("unary.p99_ms", (chassis.p99_ms, "ms"), ratio.p99, BARE),
    ])
}

async fn calls_in_a_row(client: &mut Grpc<Channel>) -> Result<Vec<Duration>> {
    let mut times = Vec::with_capacity(TURN);
    for _ in 0..TURN {
        let began = Instant::now();
        empty::call(client).await?;
        times.push(began.elapsed());
    }
    Ok(times)
}

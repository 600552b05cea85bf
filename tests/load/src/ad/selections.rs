//! Selections for viewers who were seen before, compared with empty calls of the same size.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, Result};

use super::{
    empty::Empty,
    server::Server,
    world::{Caller, SLOTS, VIEWERS, World},
};
use crate::{
    figure::{Figure, median},
    latency::Latency,
    rounds::Rounds,
    steady::Steady,
};

const EMPTY: &str = "an empty call with messages of the same size, layers and token verification";
const FIRST: &str = "the first selection for a viewer";
const CAMPAIGNS: u32 = 10_000;
const ROUNDS: usize = 3;
/// Enough to saturate a machine of a few cores.
const AT_ONCE: usize = 64;
/// How long each server is called at half of the throughput at saturation.
const HALF_FOR: Duration = Duration::from_secs(8);

pub(super) async fn measure(world: &World, calls: u32) -> Result<Vec<Figure>> {
    world.count_statements().await?;
    world.campaigns(CAMPAIGNS).await?;
    let ad = Arc::new(world.caller().await?);
    let response = ad.select(SLOTS).await?;
    let folder = world.ad.log.parent().context("a log is in a folder")?.to_owned();
    let empty =
        Empty::start(Path::new(&folder), &world.issuer.config().login_public_url.to_string(), &response).await?;
    let (ad_server, empty_server) = (Server::Ad(&world.ad), Server::Empty(&empty));
    let empty = Arc::new(world.caller_of(&empty_server, world.people()).await?);

    // Both servers verify each token once, and ad reads each viewer once.
    Rounds::default().add(VIEWERS, AT_ONCE, || empty.call()).await?;
    let first_statements = statements(world, &ad).await?;
    let statements = statements(world, &ad).await?;
    world.stop_counting().await?;

    let mut of_empty = vec![saturate(&empty, &empty_server, calls).await?];
    let mut of_ad = vec![saturate(&ad, &ad_server, calls).await?];
    // Soon after the viewers were read, because ad reads each again after a minute.
    let every = Duration::from_secs_f64(2.0 / of_ad[0].0);
    let (ad_client, ad_times) = at_half(&ad, &ad_server, every).await?;
    let (empty_client, empty_times) = at_half(&empty, &empty_server, every).await?;
    for _ in 1..ROUNDS {
        of_empty.push(saturate(&empty, &empty_server, calls).await?);
        of_ad.push(saturate(&ad, &ad_server, calls).await?);
    }
    let [ad_rate, empty_rate] = [&of_ad, &of_empty].map(|of| median(of.iter().map(|(rate, _)| *rate).collect()));
    let [ad_cpu, empty_cpu] = [&of_ad, &of_empty].map(|of| median(of.iter().map(|(_, cpu)| *cpu).collect()));

    let (client, server) = (ad_client.ratio_to(&empty_client), ad_times.ratio_to(&empty_times));
    let throughput = ad_rate / empty_rate;
    Ok(vec![
        Figure::new("select_ads.throughput_ratio", (throughput, ""), throughput, EMPTY),
        Figure::new("select_ads.per_second", (ad_rate, "/s"), throughput, EMPTY),
        Figure::new("select_ads.server_cpu_us", (ad_cpu, "µs"), ad_cpu / empty_cpu, EMPTY),
        Figure::new("select_ads.server_p99_ms", (ad_times.p99_ms, "ms"), server.p99, EMPTY),
        Figure::new("select_ads.client_p50_ms", (ad_client.p50_ms, "ms"), client.p50, EMPTY),
        Figure::new("select_ads.client_p99_ms", (ad_client.p99_ms, "ms"), client.p99, EMPTY),
        Figure::new("select_ads.statements", (statements, "a selection"), statements / first_statements, FIRST),
        Figure::new("select_ads.first_statements", (first_statements, "a selection"), first_statements, "one"),
    ])
}

/// Returns the calls a second at saturation, and the microseconds of CPU time that a call takes in the server.
async fn saturate(caller: &Caller, server: &Server<'_>, calls: u32) -> Result<(f64, f64)> {
    let (mut rounds, before) = (Rounds::default(), server.cpu()?);
    rounds.add(calls as usize, AT_ONCE, || caller.call()).await?;
    let cpu = server.cpu()?.saturating_sub(before);
    Ok((rounds.rate(), cpu.as_secs_f64() * 1e6 / f64::from(calls)))
}

/// Calls a server at a steady rate. Returns the latency for the client and in the server.
async fn at_half(caller: &Arc<Caller>, server: &Server<'_>, every: Duration) -> Result<(Latency, Latency)> {
    let (caller, log_size) = (caller.clone(), server.log_size()?);
    let steady = Steady::begin(every, move || {
        let caller = caller.clone();
        async move { caller.call().await }
    });
    tokio::time::sleep(HALF_FOR).await;
    let answers = steady.end().await?;
    anyhow::ensure!(answers.failed.is_empty(), "a call failed: {}", answers.failed[0]);
    Ok((Latency::of(&answers.took), Latency::of(&server.calls_since(log_size)?)))
}

/// Selects once for each viewer. Returns the statements of a selection.
async fn statements(world: &World, ad: &Caller) -> Result<f64> {
    let before = world.statements().await?;
    Rounds::default().add(VIEWERS, AT_ONCE, || ad.call()).await?;
    Ok((world.statements().await? - before) as f64 / VIEWERS as f64)
}

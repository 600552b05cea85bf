//! `up --prepare`: fetches all programs into the cache, so that `up` works without a network.

use std::time::Instant;

use anyhow::Result;
use tokio_util::sync::CancellationToken;

use crate::{
    broker::{Choice, Kind},
    kafka::Node,
    layout::{Layout, remove_folder},
    ports::free_port,
    postgres::Binaries,
    report::{done, note, say, step},
};

pub(super) async fn run(layout: &Layout, broker: Option<Kind>) -> Result<()> {
    step(3, "stores");
    let started = Instant::now();
    let binaries = Binaries::find_or_fetch(&layout.cache(), None, note).await?;
    done(format_args!("PostgreSQL {} in {}", binaries.major, binaries.folder.display()), started);
    let started = Instant::now();
    match Choice::best(layout, broker).await? {
        Choice::Kafka(java, jars) => {
            done("Apache Kafka", started);
            let started = Instant::now();
            let folder = layout.cache().join("kafka-trial");
            let ports = (free_port()?, free_port()?);
            let log = layout.log("kafka-trial");
            let node = Node::new(java, &jars, folder.clone(), log, ports)?;
            let trial = try_out(&node).await;
            remove_folder(&folder)?;
            trial?;
            done("Apache Kafka started once, so that the next start is faster", started);
        }
        _ => note("embedded broker: nothing to fetch"),
    }
    say("\nPrepared: scripts/up now works without a network.");
    Ok(())
}

/// Starts and stops Kafka once, which writes the class archive.
async fn try_out(node: &Node) -> Result<()> {
    node.prepare().await?;
    let mut running = node.spec().spawn()?;
    let ready = node.wait_ready(&mut running).await;
    running.stop(&CancellationToken::new()).await;
    ready?;
    node.keep_class_archive()
}

//! Measures what chassis adds to a call, to an event that is consumed, and to an event that is published, compared with
//! bare clients in the same run. And the delay of one topic behind the backlog of another.
//!
//! To add a measurement, write a file here with `measure`, and add a variant to [`Measurement`].

mod backlog;
mod bare;
mod consumer;
mod product;
mod relay;
mod served;
mod unary;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

pub(crate) use self::{product::Consumed, served::Served};
use crate::figure;

/// See `scripts/bench --help`, which has the same list.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Measure only this; may be given more than once
    #[arg(long, value_enum)]
    only: Vec<Measurement>,
    /// Also write the figures to this file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Empty calls to each server
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(100..=100_000))]
    calls: u32,
    /// Events that each consumer and each producer handles in a round
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1000..=50_000))]
    events: u32,
    /// Events in the backlog
    #[arg(long, default_value_t = 8000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    backlog: u32,
    /// Rounds of consuming, publishing and the backlog
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    rounds: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// An empty gRPC call, compared with a bare tonic server
    Unary,
    /// Consumed events, compared with a bare consumer
    Consumer,
    /// Events published from the outbox, compared with a bare producer
    Relay,
    /// The delay of an ended session behind a backlog of usage records
    Backlog,
}

/// Measures chassis and prints the report.
pub(crate) async fn run(options: &Options) -> Result<Vec<String>> {
    let mut figures = vec![];
    for measurement in Measurement::value_variants() {
        if !options.only.is_empty() && !options.only.contains(measurement) {
            continue;
        }
        eprintln!("bench: {}", measurement.to_possible_value().map_or_else(String::new, |it| it.get_name().to_owned()));
        figures.extend(match measurement {
            Measurement::Unary => unary::measure(options.calls as usize).await?,
            Measurement::Consumer => consumer::measure(options.events as usize, options.rounds).await?,
            Measurement::Relay => relay::measure(options.events as usize, options.rounds).await?,
            Measurement::Backlog => backlog::measure(options.backlog as usize, options.rounds).await?,
        });
    }
    println!("{}", figure::markdown(&figures));
    if let Some(file) = &options.json {
        figure::write(file, &figures)?;
    }
    Ok(vec![])
}

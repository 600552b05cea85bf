//! The program behind `scripts/bench`: runs a product as a process with its own stores, and measures it.
//!
//! To measure another product, add a folder beside `login` with a file per measurement, and a variant to [`Command`].
//! Numbers are reported, not judged. The run fails only on wrong behaviour, such as a refusal without `Retry-After`.

mod ad;
mod empty;
mod figure;
mod latency;
mod login;
mod mann_whitney;
mod product;
mod rounds;
mod steady;
mod text;
mod transport;

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// Timeout of a run.
const LONGEST: Duration = Duration::from_secs(20 * 60);

/// Measures a product.
#[derive(Debug, Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sign-ins, token verification, a storm of sign-ins, and whether response times reveal who has an account
    Login(Box<login::Options>),
    /// Selections, charged clicks, and the index at up to 100,000 campaigns
    Ad(Box<ad::Options>),
    /// Calls, consumed and published events, compared with bare clients; delay behind a backlog
    Chassis(transport::Options),
    /// Answer empty gRPC calls of the benchmark of chassis
    #[command(hide = true)]
    Served(transport::Served),
    /// Answer calls of the benchmark of ad with messages of the same size
    #[command(hide = true)]
    SameSize(ad::SameSize),
    /// Consume events for the benchmark of chassis
    #[command(hide = true)]
    Consume(transport::Consumed),
    /// Answer empty gRPC calls, to compare with; prints the port
    #[command(hide = true)]
    Empty,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(violations) if violations.is_empty() => ExitCode::SUCCESS,
        Ok(violations) => {
            for violation in violations {
                eprintln!("bench: FAILED: {violation}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command. Returns the violated guarantees.
async fn run(command: Command) -> Result<Vec<String>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let work = async {
        match command {
            Command::Login(options) => login::run(&options).await,
            Command::Ad(options) => ad::run(&options).await,
            Command::Chassis(options) => transport::run(&options).await,
            Command::Served(served) => served.run().await.map(|()| vec![]),
            Command::SameSize(server) => server.run().await.map(|()| vec![]),
            Command::Consume(consumed) => consumed.run().await.map(|()| vec![]),
            Command::Empty => empty::serve().await.map(|()| vec![]),
        }
    };
    // Child processes are killed when the future that started them is dropped.
    tokio::select! {
        ended = tokio::time::timeout(LONGEST, work) => ended.context("the run took longer than 20 minutes")?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    }
}

//! The program behind `scripts/bench`: runs a product for real, as a process with stores of its own, and measures it.
//!
//! To measure another product: a folder beside `login`, with a file a measurement, and a line in [`Command`]. Figures
//! are printed, never judged; what fails is a broken promise on behaviour, such as a refusal without `Retry-After`.

mod empty;
mod latency;
mod login;
mod mann_whitney;
mod product;
mod rounds;
mod steady;
mod text;

use std::{process::ExitCode, time::Duration};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

/// No run takes longer.
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
    /// Sign-ins, token verification, a storm of sign-ins, and whether times tell who has an account
    Login(Box<login::Options>),
    /// Answer empty gRPC calls, to compare with; prints the port
    #[command(hide = true)]
    Empty,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().command).await {
        Ok(broken) if broken.is_empty() => ExitCode::SUCCESS,
        Ok(broken) => {
            for promise in broken {
                eprintln!("bench: BROKEN: {promise}");
            }
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The promises that were broken.
async fn run(command: Command) -> Result<Vec<String>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let work = async {
        match command {
            Command::Login(options) => login::run(&options).await,
            Command::Empty => empty::serve().await.map(|()| vec![]),
        }
    };
    // What was started ends with the future that started it.
    tokio::select! {
        ended = tokio::time::timeout(LONGEST, work) => ended.context("it took too long")?,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
        _ = terminate.recv() => bail!("terminated"),
    }
}

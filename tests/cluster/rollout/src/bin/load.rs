//! The program `load`, see the crate's documentation.

use anyhow::{Context, Result};
use clap::Parser;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use rollout::{
    arguments::{Cli, Command},
    load,
};

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Stop) => kill(Pid::from_raw(1), Signal::SIGTERM).context("cannot send SIGTERM to process 1"),
        None => load::run(cli).await,
    }
}

//! `ad admin …`: the commands that an operator runs by hand. They take the same configuration as `serve`.
//!
//! To add a command: add a variant to [`Command`], a file with its work, and an arm to [`execute`], which returns the message to
//! print.

use std::process::ExitCode;

use chassis::{clock::Clock, error::chain};
use clap::{Args, Subcommand};

use crate::{app::App, config::Config};

mod credit;
mod reconcile;
mod review;

pub use self::credit::CreditArguments;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Command to run
    #[command(subcommand)]
    pub command: Command,
    /// The same configuration as `serve`
    #[command(flatten)]
    pub config: Config,
}

#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Review creatives before they are served
    #[command(subcommand)]
    Review(review::Command),
    /// Give back a charge, or a part of it
    ///
    /// The credit is a line of the ledger beside the charge, with the reason, and travels as `ad.credit`. The day's budget is
    /// not given back.
    Credit(CreditArguments),
    /// Compare deliveries, charges, days, usage and the totals of the months
    ///
    /// Prints each difference of this month and the one before.
    Reconcile,
}

/// Runs the command. Prints the result on standard output, an error on standard error.
///
/// The exit code is 0 on success (also when nothing had to change), 1 on failure and when `reconcile` finds a difference, and 64
/// for invalid configuration or arguments.
pub async fn run(arguments: Arguments) -> ExitCode {
    let outcome = match App::new(arguments.config, Clock::system()) {
        Ok(app) => {
            let outcome = execute(&app, arguments.command).await;
            app.db.close().await;
            outcome
        }
        Err(error) => Err(chain(error.as_ref())),
    };
    match outcome {
        Ok(done) => {
            println!("{done}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("ad: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command and returns the message to print.
///
/// # Errors
/// One line that names the value and the reason, or the differences.
pub async fn execute(app: &App, command: Command) -> Result<String, String> {
    match command {
        Command::Review(command) => review::execute(app, command).await,
        Command::Credit(arguments) => credit::credit(app, arguments).await,
        Command::Reconcile => reconcile::reconcile(app).await,
    }
}

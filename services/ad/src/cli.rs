//! The command line. `ad --help` is its reference.

use clap::{Parser, Subcommand};

use crate::{admin, config::Config};

/// Selects ads for pages, counts impressions and clicks, and charges advertisers for clicks.
#[derive(Debug, Parser)]
#[command(name = "ad", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages, the links, the JSON and gRPC APIs, and consume events
    Serve(Box<Config>),
    /// Migrate the database and create the topics
    Migrate(Box<chassis::migrate::Arguments>),
    /// Run an operator's command
    Admin(Box<admin::Arguments>),
    /// Print the OpenAPI document
    Openapi,
    /// Run the handlers again on the events of the dead-letter topics
    Replay(Box<chassis::consumer::ReplayArguments>),
}

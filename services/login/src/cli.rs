//! The command line. `login --help` is its reference.

use clap::{Parser, Subcommand};

use crate::{admin, config::Config};

/// Identity provider: tenants, people, sessions and tokens
#[derive(Debug, Parser)]
#[command(name = "login", version)]
pub struct Cli {
    /// Command to run
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages, APIs and gRPC until the process is stopped
    Serve(Box<Config>),
    /// Bring the schema and the topics up to date
    Migrate(Box<chassis::migrate::Arguments>),
    /// Run an operator's command
    Admin(Box<admin::Arguments>),
    /// Print the OpenAPI document
    Openapi,
}

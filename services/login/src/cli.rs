//! The command line. `login --help` is its reference.

use clap::{Parser, Subcommand};

use crate::{admin, config::Config};

/// Who is who: tenants, people, sessions and tokens.
#[derive(Debug, Parser)]
#[command(name = "login", version)]
pub struct Cli {
    /// What to do; `serve` when nothing is said
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve pages, APIs and gRPC until told to stop
    Serve(Box<Config>),
    /// Bring schema and topics to what this binary needs
    Migrate(Box<chassis::migrate::Arguments>),
    /// Do what an operator does by hand
    Admin(Box<admin::Arguments>),
    /// Print the OpenAPI document
    Openapi,
}

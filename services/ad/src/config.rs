//! The configuration of the process; `ad --help` lists every option and variable.

use chassis::config::{self, PublicUrl, SecretKey};
use clap::{Args, Parser, Subcommand};

use crate::admin;

/// Selects ads for pages, counts impressions and clicks, and charges advertisers for clicks.
#[derive(Debug, Parser)]
#[command(name = "ad", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the links, the JSON and gRPC APIs, and consume events
    Serve(Box<Config>),
    /// Migrate the database and create the topics
    Migrate(Box<chassis::migrate::Arguments>),
    /// Credit a charge, compare what belongs together
    Admin(Box<admin::Arguments>),
    /// Print the OpenAPI document
    Openapi,
    /// Run the handlers again on the events of the dead-letter topics
    Replay(Box<chassis::consumer::ReplayArguments>),
}

#[derive(Debug, Clone, Args)]
pub struct Config {
    #[command(flatten)]
    pub addresses: config::ListenAddrs,
    #[command(flatten)]
    pub database: config::Database,
    #[command(flatten)]
    pub kafka: config::Kafka,
    #[command(flatten)]
    pub issuer: config::Issuer,
    #[command(flatten)]
    pub lifecycle: config::Lifecycle,
    #[command(flatten)]
    pub telemetry: config::Telemetry,
    /// Public URL of ad: impression and click links start with it
    #[arg(long, env = "AD_PUBLIC_URL")]
    pub ad_public_url: PublicUrl,
    /// Keys of the links, separated by commas: 32 bytes in base64url each. The first one encrypts new links, all decrypt
    #[arg(long, env = "AD_LINK_SECRET", value_delimiter = ',', required = true, hide_env_values = true)]
    pub ad_link_secret: Vec<SecretKey>,
}

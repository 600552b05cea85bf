//! What ad is told from outside: `ad serve --help` is the reference.

use chassis::config::{Database, Issuer, Kafka, Lifecycle, ListenAddrs, PublicUrl, SecretKey, Telemetry};
use chassis::consumer::ReplayArguments;
use clap::{Args, Parser, Subcommand};

/// Chooses ads for people, counts what they saw and followed, and charges advertisers for it.
#[derive(Debug, Parser)]
#[command(name = "ad", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API, the links and gRPC (the default)
    Serve(Box<Config>),
    /// Bring the database and the topics to what this binary needs
    Migrate(Box<chassis::migrate::Arguments>),
    /// Print the OpenAPI document of the public API
    Openapi,
    /// Hand dead letters to their handlers again
    Replay(Box<ReplayArguments>),
}

/// What `serve` needs.
#[derive(Clone, Debug, Args)]
pub struct Config {
    /// Where to listen
    #[command(flatten)]
    pub addresses: ListenAddrs,
    /// The database
    #[command(flatten)]
    pub database: Database,
    /// The broker
    #[command(flatten)]
    pub kafka: Kafka,
    /// Whose access tokens are accepted
    #[command(flatten)]
    pub issuer: Issuer,
    /// How to stop
    #[command(flatten)]
    pub lifecycle: Lifecycle,
    /// Logs and traces
    #[command(flatten)]
    pub telemetry: Telemetry,
    /// Where browsers reach ad: impression and click links start with it
    #[arg(long, env = "AD_PUBLIC_URL")]
    pub ad_public_url: PublicUrl,
    /// Key that links are sealed with: 32 bytes in base64url. Links made with another key stop counting
    #[arg(long, env = "AD_LINK_SECRET", hide_env_values = true)]
    pub ad_link_secret: SecretKey,
}

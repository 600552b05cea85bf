//! The configuration of the process; `ad --help` lists every option and variable.

use chassis::config::{self, PublicUrl, SecretKey};
use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;

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
    /// Public URL of ad: pages, impression and click links
    #[arg(long, env = "AD_PUBLIC_URL")]
    pub ad_public_url: PublicUrl,
    /// Key that encrypts the links: 32 bytes in base64url. A new key makes older links invalid
    #[arg(long, env = "AD_LINK_SECRET", hide_env_values = true)]
    pub ad_link_secret: SecretKey,
    #[command(flatten)]
    pub client: Client,
}

/// ad as an OpenID Connect client of login, for the pages of advertisers.
#[derive(Debug, Clone, Args)]
pub struct Client {
    /// Client id of ad at login
    #[arg(long, env = "AD_CLIENT_ID", default_value = "ad")]
    pub ad_client_id: String,
    /// Client secret of ad at login
    #[arg(long, env = "AD_CLIENT_SECRET", hide_env_values = true)]
    pub ad_client_secret: SecretString,
    /// Key that encrypts sign-ins and the ID tokens of browser sessions: 32 bytes in base64url
    #[arg(long, env = "AD_SESSION_SECRET", hide_env_values = true)]
    pub ad_session_secret: SecretKey,
}

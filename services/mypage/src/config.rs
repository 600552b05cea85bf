//! The configuration of the process; `mypage --help` lists every option and variable.

use std::time::Duration;

use chassis::config::{self, Addrs, PublicUrl, SecretKey};
use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;

/// A person's page: profile, activity timeline, preferences, devices, and the usage of the person's tenant.
#[derive(Debug, Parser)]
#[command(name = "mypage", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages, the JSON and gRPC APIs, and consume events
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
    #[command(flatten)]
    pub client: Client,
    #[command(flatten)]
    pub peers: Peers,
}

/// mypage as an OpenID Connect client of login.
#[derive(Debug, Clone, Args)]
pub struct Client {
    /// Public URL of mypage
    #[arg(long, env = "MYPAGE_PUBLIC_URL")]
    pub mypage_public_url: PublicUrl,
    /// Client id of mypage at login
    #[arg(long, env = "MYPAGE_CLIENT_ID", default_value = "mypage")]
    pub mypage_client_id: String,
    /// Client secret of mypage at login
    #[arg(long, env = "MYPAGE_CLIENT_SECRET", hide_env_values = true)]
    pub mypage_client_secret: SecretString,
    /// Key that encrypts the tokens of browser sessions: 32 bytes in base64url
    #[arg(long, env = "MYPAGE_SESSION_SECRET", hide_env_values = true)]
    pub mypage_session_secret: SecretKey,
}

#[derive(Debug, Clone, Args)]
pub struct Peers {
    /// login's gRPC addresses, host:port, separated by commas
    #[arg(long, env = "LOGIN_GRPC_ADDRS")]
    pub login_grpc_addrs: Addrs,
    /// ad's gRPC addresses, host:port, separated by commas
    #[arg(long, env = "AD_GRPC_ADDRS")]
    pub ad_grpc_addrs: Addrs,
    /// Public URL of ad: pages load the impression pixels from its origin
    #[arg(long, env = "AD_PUBLIC_URL")]
    pub ad_public_url: PublicUrl,
    /// Time that a page waits for another product, in milliseconds; later parts are left out
    #[arg(long, env = "MYPAGE_PEER_DEADLINE_MILLISECONDS", default_value_t = 300)]
    pub mypage_peer_deadline_milliseconds: u64,
}

impl Peers {
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.mypage_peer_deadline_milliseconds)
    }
}

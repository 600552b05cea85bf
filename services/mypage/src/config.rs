//! What mypage is told when it starts; `mypage --help` is the reference.

use std::time::Duration;

use chassis::config::{self, Addrs, PublicUrl, SecretKey};
use clap::{Args, Parser, Subcommand};
use secrecy::SecretString;

/// A person's page: profile, timeline, preferences, devices, and a tenant's usage.
#[derive(Debug, Parser)]
#[command(name = "mypage", version)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Command,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the page, the APIs and the event handlers
    Serve(Box<Config>),
    /// Bring the database and the topics up to date
    Migrate(Box<chassis::migrate::Arguments>),
    /// Print the OpenAPI document
    Openapi,
    /// Hand dead letters to their handlers again
    Replay(Box<chassis::consumer::ReplayArguments>),
}

/// What `serve` needs.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Where to listen.
    #[command(flatten)]
    pub addresses: config::ListenAddrs,
    /// The database.
    #[command(flatten)]
    pub database: config::Database,
    /// The broker.
    #[command(flatten)]
    pub kafka: config::Kafka,
    /// login, as the issuer of tokens.
    #[command(flatten)]
    pub issuer: config::Issuer,
    /// Start and stop.
    #[command(flatten)]
    pub lifecycle: config::Lifecycle,
    /// Logs and traces.
    #[command(flatten)]
    pub telemetry: config::Telemetry,
    /// The client that mypage is at login.
    #[command(flatten)]
    pub client: Client,
    /// The other products.
    #[command(flatten)]
    pub peers: Peers,
}

/// mypage as an OpenID Connect client, and its browser sessions.
#[derive(Debug, Clone, Args)]
pub struct Client {
    /// Address that browsers know mypage by
    #[arg(long, env = "MYPAGE_PUBLIC_URL")]
    pub mypage_public_url: PublicUrl,
    /// Name of mypage as a client of login
    #[arg(long, env = "MYPAGE_CLIENT_ID", default_value = "mypage")]
    pub mypage_client_id: String,
    /// Secret of mypage as a client of login
    #[arg(long, env = "MYPAGE_CLIENT_SECRET", hide_env_values = true)]
    pub mypage_client_secret: SecretString,
    /// Key that seals the tokens of browser sessions: 32 bytes in base64url
    #[arg(long, env = "MYPAGE_SESSION_SECRET", hide_env_values = true)]
    pub mypage_session_secret: SecretKey,
}

/// Where the other products are.
#[derive(Debug, Clone, Args)]
pub struct Peers {
    /// login's gRPC addresses, host:port, separated by commas
    #[arg(long, env = "LOGIN_GRPC_ADDRS")]
    pub login_grpc_addrs: Addrs,
    /// ad's gRPC addresses, host:port, separated by commas
    #[arg(long, env = "AD_GRPC_ADDRS")]
    pub ad_grpc_addrs: Addrs,
    /// Address that browsers know ad by: pictures of impressions come from there
    #[arg(long, env = "AD_PUBLIC_URL")]
    pub ad_public_url: PublicUrl,
    /// How long a page waits for a peer, in milliseconds; it is shown without the peer's part then
    #[arg(long, env = "MYPAGE_PEER_DEADLINE_MILLISECONDS", default_value_t = 300)]
    pub mypage_peer_deadline_milliseconds: u64,
}

impl Peers {
    /// How long a page waits for a peer.
    pub fn deadline(&self) -> Duration {
        Duration::from_millis(self.mypage_peer_deadline_milliseconds)
    }
}

//! The configuration of the process; `ad --help` lists every option and variable.

use chassis::config::{self, PublicUrl, SecretKey};
use clap::Args;
use secrecy::SecretString;

use crate::domain::creative::Reviewer;

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
    /// Keys of the links, separated by commas: 32 bytes in base64url each. The first one encrypts new links, all decrypt
    #[arg(long, env = "AD_LINK_SECRET", value_delimiter = ',', required = true, hide_env_values = true)]
    pub ad_link_secret: Vec<SecretKey>,
    /// Who reviews creatives before they are served: `operator`, by `ad admin review`, or `rule`, which approves each at once.
    /// `rule` is for development, and allows landing URLs with http to a loopback host
    #[arg(long, env = "AD_REVIEW", value_name = "REVIEWER", default_value = "operator")]
    pub ad_review: Reviewer,
    #[command(flatten)]
    pub client: Client,
    #[command(flatten)]
    pub checks: Checks,
}

/// How often ad compares its own figures.
#[derive(Debug, Clone, Args)]
pub struct Checks {
    /// Seconds between two comparisons of the index with the database
    #[arg(long, env = "AD_INDEX_COMPARE_SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    pub ad_index_compare_seconds: u64,
    /// Seconds between two reconciliations. Without it, there is one every night
    #[arg(long, env = "AD_RECONCILE_SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub ad_reconcile_seconds: Option<u64>,
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

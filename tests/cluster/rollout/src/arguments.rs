//! What `load` is told: `load --help` is the reference. The defaults are those of a pod in the cluster.

use chassis::config::{Addrs, PublicUrl};
use clap::{Args, Parser, Subcommand};

use crate::forward::Forward;

/// Steady load on all products, until SIGTERM; prints a line of JSON a second and kind, and a summary at the end.
#[derive(Debug, Parser)]
#[command(name = "load")]
pub struct Cli {
    /// What to do; without it, make load.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where the products are.
    #[command(flatten)]
    pub places: Places,
    /// How much.
    #[command(flatten)]
    pub rates: Rates,
}

/// What else it can do.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Command {
    /// End the load in this container in good order: it is process 1, and there is no shell that could say so
    Stop,
}

/// Where the products are.
#[derive(Clone, Debug, Args)]
pub struct Places {
    /// mypage's public address
    #[arg(long, env = "MYPAGE_PUBLIC_URL", default_value = "http://localhost:8080")]
    pub mypage: PublicUrl,
    /// login's public address
    #[arg(long, env = "LOGIN_PUBLIC_URL", default_value = "http://localhost:8180")]
    pub login: PublicUrl,
    /// ad's public address
    #[arg(long, env = "AD_PUBLIC_URL", default_value = "http://localhost:8280")]
    pub ad: PublicUrl,
    /// mypage's gRPC addresses
    #[arg(long, env = "MYPAGE_GRPC_ADDRS", default_value = "mypage-grpc.mypage.svc:9090")]
    pub mypage_grpc: Addrs,
    /// login's gRPC addresses
    #[arg(long, env = "LOGIN_GRPC_ADDRS", default_value = "login-grpc.login.svc:9090")]
    pub login_grpc: Addrs,
    /// ad's gRPC addresses
    #[arg(long, env = "AD_GRPC_ADDRS", default_value = "ad-grpc.ad.svc:9090")]
    pub ad_grpc: Addrs,
    /// Ports of localhost that lead to a Service: PORT=HOST:PORT, separated by commas; none when empty
    #[arg(
        long,
        env = "FORWARDS",
        value_delimiter = ',',
        default_value = "8080=mypage.mypage.svc:8080,8180=login.login.svc:8080,8280=ad.ad.svc:8080"
    )]
    pub forwards: Vec<Forward>,
    /// Open no ports: the public addresses are reached as they are
    #[arg(long)]
    pub no_forwards: bool,
}

/// How many calls a second, of each kind.
#[derive(Clone, Debug, Args)]
pub struct Rates {
    /// How many people there are, an admin among them; each follows the timeline twice, by gRPC and by the page's stream
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(2..=50))]
    pub people: u32,
    /// Pages of people who are signed in
    #[arg(long, default_value_t = 6.0)]
    pub pages: f64,
    /// Changes of preferences, by form and by gRPC in turn
    #[arg(long, default_value_t = 2.0)]
    pub preferences: f64,
    /// Pages by gRPC
    #[arg(long, default_value_t = 5.0)]
    pub get_page: f64,
    /// Images that count a showing
    #[arg(long, default_value_t = 6.0)]
    pub impressions: f64,
    /// Links that count a click
    #[arg(long, default_value_t = 3.0)]
    pub clicks: f64,
    /// Ads by gRPC
    #[arg(long, default_value_t = 5.0)]
    pub select_ads: f64,
    /// Lists of an advertiser's campaigns
    #[arg(long, default_value_t = 5.0)]
    pub campaigns: f64,
    /// What login says of itself, and as many of its keys
    #[arg(long, default_value_t = 3.0)]
    pub discovery: f64,
    /// Persons by gRPC
    #[arg(long, default_value_t = 5.0)]
    pub get_user: f64,
    /// Refreshed tokens
    #[arg(long, default_value_t = 0.2)]
    pub refreshes: f64,
    /// Sign-ins of new browsers
    #[arg(long, default_value_t = 0.1)]
    pub sign_ins: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_a_pod() {
        let cli = Cli::try_parse_from(["load"]).expect("defaults");
        assert_eq!(cli.places.forwards.len(), 3);
        assert!(matches!(Cli::try_parse_from(["load", "stop"]).expect("stop").command, Some(Command::Stop)));
    }
}

//! Options of `load`, see `load --help`. The defaults fit a pod in the cluster.

use chassis::config::{Addrs, PublicUrl};
use clap::{Args, Parser, Subcommand};

use crate::forward::Forward;

/// Steady load on all products until SIGTERM. Prints a line of JSON per second and kind, and a summary at the end.
#[derive(Debug, Parser)]
#[command(name = "load")]
pub struct Cli {
    /// Command to run; without one, make load
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub addresses: Addresses,
    #[command(flatten)]
    pub rates: Rates,
}

#[derive(Clone, Copy, Debug, Subcommand)]
pub enum Command {
    /// Send SIGTERM to process 1 of this container: the image has no shell and no kill
    Stop,
}

/// Addresses of the products.
#[derive(Clone, Debug, Args)]
pub struct Addresses {
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
    /// Ports of localhost forwarded to a Service: PORT=HOST:PORT, separated by commas; none when empty
    #[arg(
        long,
        env = "FORWARDS",
        value_delimiter = ',',
        default_value = "8080=mypage.mypage.svc:8080,8180=login.login.svc:8080,8280=ad.ad.svc:8080"
    )]
    pub forwards: Vec<Forward>,
    /// Forward no ports: the public addresses are reachable as they are
    #[arg(long)]
    pub no_forwards: bool,
}

/// Number of people, and calls per second of each kind.
#[derive(Clone, Debug, Args)]
pub struct Rates {
    /// Number of people, an admin among them; each follows the timeline by gRPC and by the page's stream
    #[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(2..=50))]
    pub people: u32,
    /// Pages of signed-in people
    #[arg(long, default_value_t = 6.0)]
    pub pages: f64,
    /// Changes of preferences, alternately by form and by gRPC
    #[arg(long, default_value_t = 2.0)]
    pub preferences: f64,
    /// Pages by gRPC
    #[arg(long, default_value_t = 5.0)]
    pub get_page: f64,
    /// Ad images, each of which counts an impression
    #[arg(long, default_value_t = 6.0)]
    pub impressions: f64,
    /// Ad links, each of which counts a click
    #[arg(long, default_value_t = 3.0)]
    pub clicks: f64,
    /// Ads by gRPC
    #[arg(long, default_value_t = 5.0)]
    pub select_ads: f64,
    /// Lists of the advertiser's campaigns
    #[arg(long, default_value_t = 5.0)]
    pub campaigns: f64,
    /// Discovery documents of login, and as many requests for its keys
    #[arg(long, default_value_t = 3.0)]
    pub discovery: f64,
    /// Users by gRPC
    #[arg(long, default_value_t = 5.0)]
    pub get_user: f64,
    /// Token refreshes
    #[arg(long, default_value_t = 0.2)]
    pub refreshes: f64,
    /// Sign-ins with new browsers
    #[arg(long, default_value_t = 0.1)]
    pub sign_ins: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_a_pod() {
        let cli = Cli::try_parse_from(["load"]).expect("defaults");
        assert_eq!(cli.addresses.forwards.len(), 3);
        assert!(matches!(Cli::try_parse_from(["load", "stop"]).expect("stop").command, Some(Command::Stop)));
    }
}

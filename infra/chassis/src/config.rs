//! Configuration: clap's derive with an environment variable for each argument, so that `--help` is the reference.
//!
//! To add a setting: add a field with `#[arg(long, env = "THE_NAME")]` to the product's `Config`, with its long name
//! the variable's in kebab-case, and `hide_env_values = true` when it is a secret. Give it a type that can't hold
//! nonsense ([`PublicUrl`], [`SecretKey`], [`Addrs`]). A concern that all products have is a group of its own here,
//! taken in with `#[command(flatten)]`.
//!
//! Bad configuration ends the process with code 64 (`EX_USAGE` of sysexits) and one line that names the variable.

use std::{ffi::OsString, net::SocketAddr, time::Duration};

use clap::{Args, CommandFactory, Parser, error::ErrorKind};
use secrecy::SecretString;

mod failure;
mod networks;
mod values;

pub use networks::Networks;
pub(crate) use values::database_url;
pub use values::{Addrs, PublicUrl, SecretKey};

/// Exit code for bad configuration: `EX_USAGE`.
pub const EXIT_USAGE: i32 = 64;

/// Reads arguments and environment. Without a subcommand it is `serve`.
///
/// Ends the process with code 64 and one line that names the variable when something is missing or wrong.
#[expect(clippy::disallowed_methods, reason = "there is no telemetry yet that could be flushed")]
pub fn parse<C: Parser + CommandFactory>(product: &str) -> C {
    let arguments = with_default_subcommand(std::env::args_os().collect());
    C::try_parse_from(arguments).unwrap_or_else(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            error.exit()
        }
        _ => {
            eprintln!("{product}: {}", failure::in_one_line(&error, C::command()));
            std::process::exit(EXIT_USAGE)
        }
    })
}

/// Ends the process as [`parse`] does, for a value that only the product can judge, such as a file's content.
#[expect(clippy::disallowed_methods, reason = "there is nothing yet that could be flushed")]
pub fn exit_invalid(product: &str, variable: &str, why: impl std::fmt::Display) -> ! {
    eprintln!("{product}: {variable}: {why}");
    std::process::exit(EXIT_USAGE)
}

fn with_default_subcommand(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let asks_for_itself = ["-h", "--help", "-V", "--version"];
    let serve = match arguments.get(1).and_then(|argument| argument.to_str()) {
        None => true,
        Some(first) => first.starts_with('-') && !asks_for_itself.contains(&first),
    };
    if serve {
        arguments.insert(1.min(arguments.len()), "serve".into());
    }
    arguments
}

/// Where the product listens.
#[derive(Debug, Clone, Args)]
pub struct ListenAddrs {
    /// Public HTTP: pages and APIs
    #[arg(long, env = "HTTP_ADDR", default_value = "0.0.0.0:8080")]
    pub http_addr: SocketAddr,
    /// gRPC, for the other products
    #[arg(long, env = "GRPC_ADDR", default_value = "0.0.0.0:9090")]
    pub grpc_addr: SocketAddr,
    /// Operation: /livez, /readyz, /metrics
    #[arg(long, env = "OPS_ADDR", default_value = "0.0.0.0:9100")]
    pub ops_addr: SocketAddr,
}

/// Who stands between the product and its clients.
#[derive(Debug, Clone, Default, Args)]
pub struct Proxies {
    /// Networks of the proxies in front of public HTTP, such as 10.0.0.0/8,fd00::/8: what they write into
    /// X-Forwarded-For is believed. When not set, the client is whoever connects
    #[arg(long, env = "TRUSTED_PROXIES", default_value_t)]
    pub trusted_proxies: Networks,
}

/// The product's own Postgres.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// Postgres as the app role: requests and events, one tenant at a time
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: SecretString,
    /// Postgres as the worker role: relay, sweeps, indexes
    #[arg(long, env = "WORKER_DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub worker_database_url: SecretString,
    /// Most connections of the app role at once; the worker role takes a few more
    #[arg(long, env = "DATABASE_MAX_CONNECTIONS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_max_connections: u32,
}

/// The broker.
#[derive(Debug, Clone, Args)]
pub struct Kafka {
    /// Kafka bootstrap servers: host:port, separated by commas
    #[arg(long, env = "KAFKA_BROKERS")]
    pub kafka_brokers: Addrs,
    /// Put before each topic and group name, where a broker is shared
    #[arg(long, env = "TOPIC_PREFIX", default_value = "")]
    pub topic_prefix: String,
}

/// The OpenID Connect issuer whose access tokens are accepted.
#[derive(Debug, Clone, Args)]
pub struct Issuer {
    /// The issuer: login's public address
    #[arg(long, env = "LOGIN_PUBLIC_URL")]
    pub login_public_url: PublicUrl,
    /// Where keys and tokens are fetched from inside a cluster; the issuer itself when not set
    #[arg(long, env = "LOGIN_BACKCHANNEL_URL")]
    pub login_backchannel_url: Option<PublicUrl>,
}

impl Issuer {
    /// Where this process reaches the issuer.
    pub fn backchannel(&self) -> &PublicUrl {
        self.login_backchannel_url.as_ref().unwrap_or(&self.login_public_url)
    }
}

/// How the product stops.
#[derive(Debug, Clone, Args)]
pub struct Lifecycle {
    /// Seconds between "not ready" and closing the doors, so that load balancers notice first
    #[arg(long, env = "DRAIN_DELAY_SECONDS", default_value_t = 5)]
    pub drain_delay_seconds: u64,
    /// Seconds that requests and workers then have to finish; what still runs is cut off
    #[arg(long, env = "DRAIN_DEADLINE_SECONDS", default_value_t = 20)]
    pub drain_deadline_seconds: u64,
}

impl Lifecycle {
    /// Time between "not ready" and closing the doors.
    pub fn drain_delay(&self) -> Duration {
        Duration::from_secs(self.drain_delay_seconds)
    }

    /// Time that requests and workers have to finish.
    pub fn drain_deadline(&self) -> Duration {
        Duration::from_secs(self.drain_deadline_seconds)
    }
}

/// Logs and traces. Which spans and levels are kept is `RUST_LOG`'s to say; the exporter reads the other `OTEL_*` variables.
#[derive(Debug, Clone, Args)]
pub struct Telemetry {
    /// Form of the log on standard output
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
    /// OTLP/gRPC endpoint for traces, such as http://localhost:4317; no traces leave the process when not set
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otel_exporter_otlp_endpoint: Option<PublicUrl>,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For a person at a terminal.
    Pretty,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(given: &[&str]) -> Vec<String> {
        let given = given.iter().map(OsString::from).collect();
        with_default_subcommand(given).into_iter().map(|argument| argument.into_string().expect("UTF-8")).collect()
    }

    #[test]
    fn serve_is_the_default_subcommand() {
        assert_eq!(arguments(&["login"]), ["login", "serve"]);
        assert_eq!(arguments(&["login", "--http-addr", "x"]), ["login", "serve", "--http-addr", "x"]);
        assert_eq!(arguments(&["login", "migrate"]), ["login", "migrate"]);
        assert_eq!(arguments(&["login", "--help"]), ["login", "--help"]);
    }
}

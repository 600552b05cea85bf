//! Configuration from environment variables and arguments, with clap's derive. `--help` is the reference.
//!
//! To add a setting:
//! 1. add a field to the product's `Config`; its name is the variable's name in snake case;
//! 2. annotate it with `#[arg(long, env = "THE_NAME")]`, and with `hide_env_values = true` if it is a secret;
//! 3. give it a type that accepts only valid values, such as [`PublicUrl`], [`SecretKey`] or [`Addrs`].
//!
//! Settings that every product has are groups in this module. A product includes them with `#[command(flatten)]`.
//!
//! Invalid configuration ends the process with exit code 64 (`EX_USAGE` of `sysexits.h`) and one line on standard error
//! that names the variable.

use std::{ffi::OsString, net::SocketAddr, time::Duration};

use clap::{Args, CommandFactory, Parser, error::ErrorKind};
use secrecy::SecretString;

mod failure;
mod networks;
mod values;

pub use networks::Networks;
pub(crate) use values::database_url;
pub use values::{Addrs, PublicUrl, SecretKey};

/// The exit code for invalid configuration: `EX_USAGE`.
pub const EXIT_USAGE: i32 = 64;

/// Parses arguments and environment variables. The default subcommand is `serve`.
///
/// When a value is missing or invalid, ends the process with exit code 64 and one line that names the variable.
#[expect(clippy::disallowed_methods, reason = "telemetry has not started, so there is nothing to flush")]
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

/// Ends the process as [`parse`] does. For a value that the product validates itself, such as the content of a file.
#[expect(clippy::disallowed_methods, reason = "telemetry has not started, so there is nothing to flush")]
pub fn exit_invalid(product: &str, variable: &str, reason: impl std::fmt::Display) -> ! {
    eprintln!("{product}: {variable}: {reason}");
    std::process::exit(EXIT_USAGE)
}

fn with_default_subcommand(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let global_flags = ["-h", "--help", "-V", "--version"];
    let serve = match arguments.get(1).and_then(|argument| argument.to_str()) {
        None => true,
        Some(first) => first.starts_with('-') && !global_flags.contains(&first),
    };
    if serve {
        arguments.insert(1.min(arguments.len()), "serve".into());
    }
    arguments
}

/// The listening addresses of the product. `[::]` is every address of the machine, IPv6 and IPv4.
#[derive(Debug, Clone, Args)]
pub struct ListenAddrs {
    /// Public HTTP: pages and APIs
    #[arg(long, env = "HTTP_ADDR", default_value = "[::]:8080")]
    pub http_addr: SocketAddr,
    /// gRPC for the other products
    #[arg(long, env = "GRPC_ADDR", default_value = "[::]:9090")]
    pub grpc_addr: SocketAddr,
    /// Operations: /livez, /readyz, /metrics
    #[arg(long, env = "OPS_ADDR", default_value = "[::]:9100")]
    pub ops_addr: SocketAddr,
}

/// The proxies between clients and the product.
#[derive(Debug, Clone, Default, Args)]
pub struct Proxies {
    /// Networks of the proxies in front of public HTTP, such as 10.0.0.0/8,fd00::/8. Their X-Forwarded-For is
    /// trusted. When not set, the client address is the address of the connection
    #[arg(long, env = "TRUSTED_PROXIES", default_value_t)]
    pub trusted_proxies: Networks,
}

/// The product's Postgres database.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// Postgres URL of the app role: requests and events, one tenant at a time
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub database_url: SecretString,
    /// Postgres URL of the worker role: relay, sweeps, indexes
    #[arg(long, env = "WORKER_DATABASE_URL", hide_env_values = true, value_parser = database_url)]
    pub worker_database_url: SecretString,
    /// Maximum number of connections of the app role; events use at most half of them. The worker role has at most 5 more
    #[arg(long, env = "DATABASE_MAX_CONNECTIONS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_max_connections: u32,
}

/// The Kafka broker.
#[derive(Debug, Clone, Args)]
pub struct Kafka {
    /// Kafka bootstrap servers: host:port, separated by commas
    #[arg(long, env = "KAFKA_BROKERS")]
    pub kafka_brokers: Addrs,
    /// Prefix of topic and consumer group names, for a shared broker
    #[arg(long, env = "TOPIC_PREFIX", default_value = "")]
    pub topic_prefix: String,
}

/// The OpenID Connect issuer whose access tokens are accepted.
#[derive(Debug, Clone, Args)]
pub struct Issuer {
    /// URL of the issuer: login's public address
    #[arg(long, env = "LOGIN_PUBLIC_URL")]
    pub login_public_url: PublicUrl,
    /// URL to fetch keys and tokens inside a cluster. When not set, the issuer URL
    #[arg(long, env = "LOGIN_BACKCHANNEL_URL")]
    pub login_backchannel_url: Option<PublicUrl>,
}

impl Issuer {
    /// The URL from which this process fetches keys and tokens.
    pub fn backchannel(&self) -> &PublicUrl {
        self.login_backchannel_url.as_ref().unwrap_or(&self.login_public_url)
    }
}

/// The timing of a graceful shutdown.
#[derive(Debug, Clone, Args)]
pub struct Lifecycle {
    /// Seconds between "not ready" and closing the listeners, so that load balancers stop sending requests first
    #[arg(long, env = "DRAIN_DELAY_SECONDS", default_value_t = 5)]
    pub drain_delay_seconds: u64,
    /// Seconds that requests and workers have to finish; the rest is aborted
    #[arg(long, env = "DRAIN_DEADLINE_SECONDS", default_value_t = 20)]
    pub drain_deadline_seconds: u64,
}

impl Lifecycle {
    /// Time between "not ready" and closing the listeners.
    pub fn drain_delay(&self) -> Duration {
        Duration::from_secs(self.drain_delay_seconds)
    }

    /// Time that requests and workers have to finish.
    pub fn drain_deadline(&self) -> Duration {
        Duration::from_secs(self.drain_deadline_seconds)
    }
}

/// Logs and traces. `RUST_LOG` filters spans and log lines; the exporter reads the other `OTEL_*` variables.
#[derive(Debug, Clone, Args)]
pub struct Telemetry {
    /// Log format on standard output
    #[arg(long, env = "LOG_FORMAT", value_enum, default_value_t = LogFormat::Json)]
    pub log_format: LogFormat,
    /// OTLP/gRPC endpoint for traces, such as http://localhost:4317. When not set, no traces are exported
    #[arg(long, env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    pub otel_exporter_otlp_endpoint: Option<PublicUrl>,
}

/// The log format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// Text for a terminal.
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

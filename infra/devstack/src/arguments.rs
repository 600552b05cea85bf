//! Arguments of the larger commands.

use std::num::NonZeroU8;

use clap::Args;
use devstack::{broker::Kind, logs, seed, up};
use url::Url;

/// Of `up`.
#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    /// Begin without the data of earlier runs
    #[arg(long)]
    fresh: bool,
    /// Return when everything is ready, and go on in the background
    #[arg(long)]
    detach: bool,
    /// Only fetch what will be needed, for a room without a network
    #[arg(long)]
    prepare: bool,
    /// Which broker [default: the one of the data folder, else the best there is]
    #[arg(long)]
    broker: Option<Kind>,
    /// How many processes each product has [default: 1]
    #[arg(long, value_name = "N")]
    replicas: Option<NonZeroU8>,
    /// The name under which others reach this machine; pages are then served to them too
    #[arg(long, value_name = "NAME", value_parser = host)]
    host: Option<String>,
    /// Added to every port, for a second one beside the first (with a data folder of its own) [default: 0]
    #[arg(long, env = "DEVSTACK_PORT_OFFSET", value_name = "N", value_parser = clap::value_parser!(u16).range(..10_000))]
    port_offset: Option<u16>,
    /// Postgres's port [default: 15432]
    #[arg(long, env = "DEVSTACK_POSTGRES_PORT", value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..50_000))]
    postgres_port: Option<u16>,
    /// Kafka's port; its controller has the next one [default: 19092]
    #[arg(long, env = "DEVSTACK_KAFKA_PORT", value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..50_000))]
    kafka_port: Option<u16>,
    /// When the command was given, in seconds since the epoch: scripts/up says so
    #[arg(long, env = "DEVSTACK_BEGAN", hide = true)]
    began: Option<f64>,
}

/// Of `logs`.
#[derive(Debug, Args)]
pub(crate) struct LogsArguments {
    /// A product (login, all its replicas), one process (login-1), postgres, kafka or devstack [default: all]
    name: Option<String>,
    /// Show what is added, until Ctrl-C
    #[arg(short, long, conflicts_with = "trace")]
    follow: bool,
    /// Lines as they are in the files: JSON
    #[arg(long)]
    raw: bool,
    /// Only the last N lines
    #[arg(short = 'n', long, value_name = "N")]
    last: Option<usize>,
    /// Only this trace and those it is linked with, over all products
    #[arg(long, value_name = "ID")]
    trace: Option<String>,
}

/// Of `seed`.
#[derive(Debug, Args)]
pub(crate) struct SeedArguments {
    /// Where login is reached from here
    #[arg(long, env = "LOGIN_URL", value_name = "URL")]
    login: Url,
    /// Where people reach login [default: the same]
    #[arg(long, env = "LOGIN_PUBLIC_URL", value_name = "URL")]
    login_public: Option<Url>,
    /// Where ad is reached from here
    #[arg(long, env = "AD_URL", value_name = "URL")]
    ad: Url,
    /// Where people reach ad [default: the same]
    #[arg(long, env = "AD_PUBLIC_URL", value_name = "URL")]
    ad_public: Option<Url>,
}

impl SeedArguments {
    /// login's and ad's.
    pub(crate) fn places(self) -> (seed::Place, seed::Place) {
        let place =
            |base: Url, public: Option<Url>| seed::Place { public: public.unwrap_or_else(|| base.clone()), base };
        (place(self.login, self.login_public), place(self.ad, self.ad_public))
    }
}

impl From<UpArguments> for up::Options {
    fn from(arguments: UpArguments) -> Self {
        Self {
            fresh: arguments.fresh,
            detach: arguments.detach,
            prepare: arguments.prepare,
            broker: arguments.broker,
            replicas: arguments.replicas.map(|replicas| replicas.get().into()),
            host: arguments.host,
            port_offset: arguments.port_offset,
            postgres_port: arguments.postgres_port,
            kafka_port: arguments.kafka_port,
            began: arguments.began,
        }
    }
}

impl From<LogsArguments> for logs::Query {
    fn from(arguments: LogsArguments) -> Self {
        Self {
            name: arguments.name,
            follow: arguments.follow,
            raw: arguments.raw,
            last: arguments.last,
            trace: arguments.trace,
        }
    }
}

fn host(name: &str) -> Result<String, String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    if name.is_empty() || !name.chars().all(is_part) {
        return Err("a host's name or address, without scheme and port".to_owned());
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_is_a_name_and_nothing_more() {
        assert!(host("workspace-1.example").is_ok() && host("10.0.0.5").is_ok());
        assert!(host("http://x").is_err() && host("x:80").is_err() && host("").is_err());
    }
}

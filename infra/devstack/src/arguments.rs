//! Arguments of the commands.

use std::{num::NonZeroU8, path::PathBuf};

use clap::Args;
use devstack::{
    broker::Kind,
    kubernetes::{ClientSecrets, Installation, Kafka},
    logs, seed, up,
};
use url::Url;

/// Arguments of `up`.
#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    /// Remove the data of earlier runs first
    #[arg(long)]
    fresh: bool,
    /// Return once everything is ready, and keep running in the background
    #[arg(long)]
    detach: bool,
    /// Only fetch all programs, so that a later `up` works without a network
    #[arg(long)]
    prepare: bool,
    /// Broker [default: the broker of the existing data, else the best one this machine can run]
    #[arg(long)]
    broker: Option<Kind>,
    /// Number of processes of each product [default: 1]
    #[arg(long, value_name = "N")]
    replicas: Option<NonZeroU8>,
    /// Host name under which other machines reach this one; the pages are then served to them too
    #[arg(long, value_name = "NAME", value_parser = host)]
    host: Option<String>,
    /// Offset added to every port, for a second system with another data folder [default: 0]
    #[arg(long, env = "DEVSTACK_PORT_OFFSET", value_name = "N", value_parser = clap::value_parser!(u16).range(..10_000))]
    port_offset: Option<u16>,
    /// Port of Postgres [default: 15432]
    #[arg(long, env = "DEVSTACK_POSTGRES_PORT", value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..50_000))]
    postgres_port: Option<u16>,
    /// Port of Kafka; its controller listens on the next one [default: 19092]
    #[arg(long, env = "DEVSTACK_KAFKA_PORT", value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..50_000))]
    kafka_port: Option<u16>,
    /// Time of the command, in seconds since the epoch; set by scripts/up
    #[arg(long, env = "DEVSTACK_BEGAN", hide = true)]
    began: Option<f64>,
}

/// Arguments of `logs`.
#[derive(Debug, Args)]
pub(crate) struct LogsArguments {
    /// A product with all its replicas (login), one process (login-1), postgres, kafka or devstack [default: all]
    name: Option<String>,
    /// Keep showing new lines until Ctrl-C
    #[arg(short, long, conflicts_with = "trace")]
    follow: bool,
    /// Show the lines as they are in the files: JSON
    #[arg(long)]
    raw: bool,
    /// Show only the last N lines
    #[arg(short = 'n', long, value_name = "N")]
    last: Option<usize>,
    /// Show only this trace and those linked with it, of all products
    #[arg(long, value_name = "ID")]
    trace: Option<String>,
}

/// Arguments of `values`.
#[derive(Debug, Args)]
pub(crate) struct ValuesArguments {
    /// Name of the product
    #[arg(value_name = "PRODUCT")]
    product: String,
    /// Image of the product with its tag
    #[arg(long, value_name = "NAME:TAG")]
    image: String,
    /// Kafka on the cluster
    #[arg(long)]
    kafka: Kafka,
    /// Route requests by the Gateway API
    #[arg(long)]
    gateway: bool,
    /// Folder of the products' client secrets; missing ones are generated and stored there
    #[arg(long, value_name = "FOLDER")]
    secrets: PathBuf,
}

impl ValuesArguments {
    /// The product, its image, and how it is installed.
    pub(crate) fn installation(self) -> (String, String, Installation) {
        let secrets = ClientSecrets::new(self.secrets);
        (self.product, self.image, Installation { kafka: self.kafka, gateway: self.gateway, secrets })
    }
}

/// Arguments of `seed`.
#[derive(Debug, Args)]
pub(crate) struct SeedArguments {
    /// URL of login from here
    #[arg(long, env = "LOGIN_URL", value_name = "URL")]
    login: Url,
    /// URL of login in a browser [default: the same]
    #[arg(long, env = "LOGIN_PUBLIC_URL", value_name = "URL")]
    login_public: Option<Url>,
    /// URL of ad from here
    #[arg(long, env = "AD_URL", value_name = "URL")]
    ad: Url,
    /// URL of ad in a browser [default: the same]
    #[arg(long, env = "AD_PUBLIC_URL", value_name = "URL")]
    ad_public: Option<Url>,
    /// URL of mypage from here; without it nobody sees or clicks an ad
    #[arg(long, env = "MYPAGE_URL", value_name = "URL")]
    mypage: Option<Url>,
    /// URL of mypage in a browser [default: the same]
    #[arg(long, env = "MYPAGE_PUBLIC_URL", value_name = "URL")]
    mypage_public: Option<Url>,
    /// URL of the advertisers' site in a browser, to which the ads lead
    #[arg(long, env = "ADVERTISER_PUBLIC_URL", value_name = "URL", default_value = "http://localhost:8480")]
    advertiser: Url,
}

impl SeedArguments {
    /// The addresses of the products and of the advertisers' site.
    pub(crate) fn addresses(self) -> seed::Addresses {
        let endpoint =
            |base: Url, public: Option<Url>| seed::Endpoint { public: public.unwrap_or_else(|| base.clone()), base };
        seed::Addresses {
            login: endpoint(self.login, self.login_public),
            ad: endpoint(self.ad, self.ad_public),
            mypage: self.mypage.map(|base| endpoint(base, self.mypage_public)),
            advertisers: self.advertiser,
        }
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
        return Err("must be a host name or an IP address, without scheme and port".to_owned());
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_has_neither_scheme_nor_port() {
        assert!(host("workspace-1.example").is_ok() && host("10.0.0.5").is_ok());
        assert!(host("http://x").is_err() && host("x:80").is_err() && host("").is_err());
    }
}

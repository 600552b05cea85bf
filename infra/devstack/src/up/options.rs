//! What can be chosen, and what was: a running system is not changed by a second `up`.

use serde::{Deserialize, Serialize};

use crate::broker::Kind;

/// What was asked for on the command line.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Begin without the data of earlier runs.
    pub fresh: bool,
    /// Return when ready, and go on in the background.
    pub detach: bool,
    /// Only fetch what will be needed.
    pub prepare: bool,
    /// Which broker; what fits when `None`.
    pub broker: Option<Kind>,
    /// How many processes each product has.
    pub replicas: Option<u16>,
    /// The name in public addresses.
    pub host: Option<String>,
    /// Added to every port.
    pub port_offset: Option<u16>,
    /// Postgres's port.
    pub postgres_port: Option<u16>,
    /// Kafka's port; its controller has the next one.
    pub kafka_port: Option<u16>,
    /// Seconds since the epoch at which the command was given, if somebody noted it.
    pub began: Option<f64>,
}

/// What one system runs with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The broker's kind: `kafka`, `embedded` or `given`.
    pub broker: String,
    /// How many processes each product has.
    pub replicas: u16,
    /// The name in public addresses; this machine alone is served when `None`.
    pub host: Option<String>,
    /// Added to every port.
    pub port_offset: u16,
    /// Postgres's port, without the offset.
    pub postgres_port: u16,
    /// Kafka's port, without the offset.
    pub kafka_port: u16,
}

impl Options {
    /// With the defaults of what was not given.
    #[must_use]
    pub fn chosen(&self, broker: &str) -> Chosen {
        Chosen {
            broker: broker.to_owned(),
            replicas: self.replicas.unwrap_or(1),
            host: self.host.clone(),
            port_offset: self.port_offset.unwrap_or(0),
            postgres_port: self.postgres_port.unwrap_or(15432),
            kafka_port: self.kafka_port.unwrap_or(19092),
        }
    }
}

impl Chosen {
    /// Each option that was given and is not what runs, in words. What was not given differs from nothing.
    #[must_use]
    pub fn differences(&self, asked: &Options) -> Vec<String> {
        let text = |number: Option<u16>| number.map(|number| number.to_string());
        let rows = [
            ("--broker", Some(self.broker.clone()), asked.broker.map(|kind| kind.name().to_owned())),
            ("--replicas", text(Some(self.replicas)), text(asked.replicas)),
            ("--host", self.host.clone(), asked.host.clone()),
            ("--port-offset", text(Some(self.port_offset)), text(asked.port_offset)),
            ("--postgres-port", text(Some(self.postgres_port)), text(asked.postgres_port)),
            ("--kafka-port", text(Some(self.kafka_port)), text(asked.kafka_port)),
        ];
        let differs = rows.into_iter().filter(|(_, runs, asked)| asked.is_some() && asked != runs);
        differs
            .map(|(option, runs, asked)| {
                let (runs, asked) = (runs.as_deref().unwrap_or("none"), asked.unwrap_or_default());
                format!("{option} is {runs}, not {asked}")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_differs_from_nothing() {
        let two = Options { replicas: Some(2), host: Some("box".to_owned()), ..Options::default() };
        let runs = two.chosen("embedded");
        assert_eq!(runs.differences(&Options::default()), Vec::<String>::new());
        assert_eq!(runs.differences(&two), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let runs = Options::default().chosen("kafka");
        let asked = Options {
            broker: Some(Kind::Embedded),
            replicas: Some(2),
            host: Some("box".to_owned()),
            port_offset: Some(0),
            ..Options::default()
        };
        let expected = ["--broker is kafka, not embedded", "--replicas is 1, not 2", "--host is none, not box"];
        assert_eq!(runs.differences(&asked), expected);
    }
}

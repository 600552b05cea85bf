//! The options of `up`, their defaults, and their differences from the options of a running system.

use crate::{broker::Kind, state::Chosen};

/// The options on the command line; `None` where one was not given.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Remove the data of earlier runs first.
    pub fresh: bool,
    /// Return once everything is ready, and keep running in the background.
    pub detach: bool,
    /// Only fetch programs into the cache, and start nothing.
    pub prepare: bool,
    /// The kind of broker; `None` takes the kind of the existing data, else the best one this machine can run.
    pub broker: Option<Kind>,
    /// Number of processes of each product.
    pub replicas: Option<u16>,
    /// Host name in public URLs.
    pub host: Option<String>,
    /// Offset added to every port.
    pub port_offset: Option<u16>,
    /// Port of Postgres.
    pub postgres_port: Option<u16>,
    /// Port of Kafka; its controller listens on the next one.
    pub kafka_port: Option<u16>,
    /// Time of the command, in seconds since the epoch.
    pub began: Option<f64>,
}

impl Options {
    /// Fills in the defaults of the options that were not given.
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

    /// Describes each option that was given and differs from the running system. An option that was not given never
    /// differs.
    #[must_use]
    pub fn differences(&self, runs: &Chosen) -> Vec<String> {
        let text = |number: Option<u16>| number.map(|number| number.to_string());
        let rows = [
            ("--broker", Some(runs.broker.clone()), self.broker.map(|kind| kind.name().to_owned())),
            ("--replicas", text(Some(runs.replicas)), text(self.replicas)),
            ("--host", runs.host.clone(), self.host.clone()),
            ("--port-offset", text(Some(runs.port_offset)), text(self.port_offset)),
            ("--postgres-port", text(Some(runs.postgres_port)), text(self.postgres_port)),
            ("--kafka-port", text(Some(runs.kafka_port)), text(self.kafka_port)),
        ];
        let differs = rows.into_iter().filter(|(_, runs, given)| given.is_some() && given != runs);
        differs
            .map(|(option, runs, given)| {
                let (runs, given) = (runs.as_deref().unwrap_or("none"), given.unwrap_or_default());
                format!("{option} is {runs}, not {given}")
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_was_not_given_never_differs() {
        let two = Options { replicas: Some(2), host: Some("box".to_owned()), ..Options::default() };
        let runs = two.chosen("embedded");
        assert_eq!(Options::default().differences(&runs), Vec::<String>::new());
        assert_eq!(two.differences(&runs), Vec::<String>::new());
    }

    #[test]
    fn each_difference_is_named() {
        let runs = Options::default().chosen("kafka");
        let given = Options {
            broker: Some(Kind::Embedded),
            replicas: Some(2),
            host: Some("box".to_owned()),
            port_offset: Some(0),
            ..Options::default()
        };
        let expected = ["--broker is kafka, not embedded", "--replicas is 1, not 2", "--host is none, not box"];
        assert_eq!(given.differences(&runs), expected);
    }
}

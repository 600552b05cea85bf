//! The Kafka clients of devstack, which print nothing: what the client reports is part of the error message.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Error, anyhow};
use rdkafka::{ClientConfig, ClientContext, config::RDKafkaLogLevel, consumer::ConsumerContext, error::KafkaError};

/// Bootstrap addresses, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Brokers {
    pub(super) addresses: String,
    pub(super) origin: &'static str,
}

/// The context of a client: it keeps the last problem that the client reported.
#[derive(Debug, Clone, Default)]
pub(super) struct LastProblem(Arc<Mutex<Option<String>>>);

impl ClientContext for LastProblem {
    fn log(&self, level: RDKafkaLogLevel, _: &str, text: &str) {
        if level as i32 <= RDKafkaLogLevel::Warning as i32 {
            // Without the name of the client's thread.
            let (_, reason) = text.split_once("]: ").unwrap_or(("", text));
            *self.lock() = Some(reason.trim().to_owned());
        }
    }

    fn error(&self, _: KafkaError, reason: &str) {
        // The log has the cause; this may only say that all brokers are down.
        self.lock().get_or_insert_with(|| reason.trim().to_owned());
    }
}

impl ConsumerContext for LastProblem {}

impl LastProblem {
    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The error of a broker that does not answer. It names the addresses and their origin.
    pub(super) fn no_answer(&self, brokers: &Brokers, error: Option<&KafkaError>) -> Error {
        let reason =
            self.lock().take().or_else(|| error.map(ToString::to_string)).unwrap_or_else(|| "no reason".to_owned());
        anyhow!("the broker {} ({}) does not answer: {reason}", brokers.addresses, brokers.origin)
    }
}

/// The settings of a client.
pub(super) fn config(brokers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", brokers);
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_that_does_not_answer_is_named_with_its_origin() {
        let problem = LastProblem::default();
        let brokers = Brokers { addresses: "other:9092".to_owned(), origin: "KAFKA_BROKERS in the environment" };
        problem.log(RDKafkaLogLevel::Error, "FAIL", "[thrd:other:9092/bootstrap]: Connection refused\n");
        problem.error(KafkaError::NoMessageReceived, "1/1 brokers are down");
        problem.log(RDKafkaLogLevel::Info, "INFO", "nothing");
        let error = problem.no_answer(&brokers, None).to_string();
        let expected = "the broker other:9092 (KAFKA_BROKERS in the environment) does not answer: Connection refused";
        assert_eq!(error, expected);
    }
}

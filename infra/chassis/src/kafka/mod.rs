//! The Kafka client of outbox and consumer. No other crate of a product connects to a broker.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    error::{KafkaError, RDKafkaErrorCode},
};

use crate::config;

mod client_log;
mod headers;
mod topics;

pub(crate) use client_log::ClientLog;
pub(crate) use headers::{from_message, header, readable, to_headers};
pub(crate) use topics::create_topics;

/// The configuration that all clients share.
pub(crate) fn client(kafka: &config::Kafka, product: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", kafka.kafka_brokers.to_string())
        .set("client.id", product)
        .set("socket.keepalive.enable", "true")
        // Reconnects within a second after a broker restart.
        .set("reconnect.backoff.max.ms", "1000");
    config
}

/// The configuration of an idempotent producer: retries neither reorder nor duplicate messages of a partition. A message
/// that is not acknowledged within `timeout` fails.
pub(crate) fn producer(kafka: &config::Kafka, product: &str, timeout: Duration) -> ClientConfig {
    let mut config = client(kafka, product);
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "2")
        .set("message.timeout.ms", timeout.as_millis().to_string())
        .set("topic.metadata.refresh.interval.ms", "60000")
        // Shorter than the message timeout: a missing topic is reported as missing.
        .set("topic.metadata.propagation.max.ms", (timeout / 2).as_millis().to_string());
    config
}

/// Whether a message is larger than the producer or the broker accepts. The broker says so of all messages of a batch.
pub(crate) fn is_too_large(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{InvalidMessageSize, MessageBatchTooLarge, MessageSizeTooLarge};
    matches!(error.rdkafka_error_code(), Some(MessageSizeTooLarge | MessageBatchTooLarge | InvalidMessageSize))
}

/// Whether a message is never accepted as it is: too large, invalid, or for a topic that does not exist.
pub(crate) fn is_permanent(error: &KafkaError) -> bool {
    use RDKafkaErrorCode::{
        InvalidArgument, InvalidRecord, InvalidTimestamp, InvalidTopic, PolicyViolation, UnknownTopic,
        UnknownTopicOrPartition,
    };
    // A text with a NUL, which a C string cannot have.
    let invalid = matches!(error, KafkaError::Nul(_));
    let code = error.rdkafka_error_code();
    let refused = matches!(
        code,
        Some(
            InvalidArgument
                | InvalidRecord
                | InvalidTimestamp
                | InvalidTopic
                | PolicyViolation
                | UnknownTopic
                | UnknownTopicOrPartition
        )
    );
    invalid || refused || is_too_large(error)
}

/// The name of a topic or consumer group on this broker, with the configured prefix.
pub(crate) fn with_prefix(kafka: &config::Kafka, name: &str) -> String {
    format!("{}{name}", kafka.topic_prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_that_is_never_accepted_is_told_from_a_broker_that_is_unavailable() {
        use RDKafkaErrorCode::*;
        for code in [MessageSizeTooLarge, UnknownTopic, UnknownTopicOrPartition, InvalidTopic, InvalidRecord] {
            assert!(is_permanent(&KafkaError::MessageProduction(code)), "{code}");
        }
        // A topic may be forbidden by mistake: its events wait, so that they stay in order.
        for code in [MessageTimedOut, BrokerTransportFailure, NotLeaderForPartition, TopicAuthorizationFailed] {
            assert!(!is_permanent(&KafkaError::MessageProduction(code)), "{code}");
        }
    }
}

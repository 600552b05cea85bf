//! The Kafka client of outbox and consumer. No other crate of a product connects to a broker.

use rdkafka::{ClientConfig, error::KafkaError, producer::FutureProducer};

use crate::config;

mod headers;
mod topics;

pub(crate) use headers::{from_message, to_headers};
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

/// An idempotent producer: retries neither reorder nor duplicate messages of a partition.
pub(crate) fn producer(kafka: &config::Kafka, product: &str) -> Result<FutureProducer, KafkaError> {
    client(kafka, product)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "2")
        .set("message.timeout.ms", "20000")
        .set("topic.metadata.refresh.interval.ms", "60000")
        .create()
}

/// The name of a topic or consumer group on this broker, with the configured prefix.
pub(crate) fn with_prefix(kafka: &config::Kafka, name: &str) -> String {
    format!("{}{name}", kafka.topic_prefix)
}

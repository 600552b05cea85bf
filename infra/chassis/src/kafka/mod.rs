//! Kafka, as far as outbox and consumer need it. Nothing outside of `chassis` speaks to a broker.

use rdkafka::{ClientConfig, error::KafkaError, producer::FutureProducer};

use crate::config;

mod headers;
mod topics;

pub(crate) use headers::{from_message, to_headers};
pub(crate) use topics::create_topics;

/// What all clients share.
pub(crate) fn client(kafka: &config::Kafka, product: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", kafka.kafka_brokers.to_string())
        .set("client.id", product)
        .set("socket.keepalive.enable", "true")
        // A broker that comes back is noticed within a second.
        .set("reconnect.backoff.max.ms", "1000");
    config
}

/// A producer that keeps each key's order and writes each message once, however often it has to try.
pub(crate) fn producer(kafka: &config::Kafka, product: &str) -> Result<FutureProducer, KafkaError> {
    client(kafka, product)
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("linger.ms", "2")
        .set("message.timeout.ms", "20000")
        .set("topic.metadata.refresh.interval.ms", "60000")
        .create()
}

/// The topic's name on this broker.
pub(crate) fn on_broker(kafka: &config::Kafka, topic: &str) -> String {
    format!("{}{topic}", kafka.topic_prefix)
}

use std::time::Duration;

use rdkafka::{
    error::KafkaError,
    message::{Header, Message, OwnedHeaders, OwnedMessage},
    producer::{FutureProducer, FutureRecord, Producer},
};

use super::{ConsumeError, dead_letter_topic};
use crate::{config, kafka};

/// Publishes messages that cannot be handled to dead-letter topics: unchanged, with headers for origin and error.
pub(super) struct DeadLetters {
    product: &'static str,
    kafka: config::Kafka,
    producer: FutureProducer,
}

impl DeadLetters {
    pub(super) fn new(product: &'static str, kafka: &config::Kafka) -> Result<Self, KafkaError> {
        Ok(Self { product, kafka: kafka.clone(), producer: kafka::producer(kafka, product)? })
    }

    /// Publishes `message` as a dead letter and waits for the broker's acknowledgement.
    pub(super) async fn publish(
        &mut self,
        topic: &str,
        message: &OwnedMessage,
        error: &ConsumeError,
    ) -> Result<(), KafkaError> {
        let dead_letters = kafka::with_prefix(&self.kafka, &dead_letter_topic(self.product, topic));
        let origin = format!("{}/{}/{}", message.topic(), message.partition(), message.offset());
        let error = error.to_string();
        let headers = message.headers().cloned().unwrap_or_else(OwnedHeaders::new);
        let headers = headers
            .insert(Header { key: "dlq_from", value: Some(&origin) })
            .insert(Header { key: "dlq_error", value: Some(&error) });
        let mut record = FutureRecord::<[u8], [u8]>::to(&dead_letters).headers(headers);
        record.key = message.key();
        record.payload = message.payload();
        if let Err((error, _)) = self.producer.send(record, Duration::from_secs(20)).await {
            if self.producer.client().fatal_error().is_some() {
                self.producer = kafka::producer(&self.kafka, self.product)?;
            }
            return Err(error);
        }
        tracing::error!(topic, from = origin, error, "dead letter");
        Ok(())
    }
}

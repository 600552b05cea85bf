//! The producers of a relay.

use std::{sync::OnceLock, time::Duration};

use rdkafka::{
    error::KafkaError,
    producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer, PurgeConfig},
};

use super::rows::Row;
use crate::{
    config,
    kafka::{self, ClientLog},
};

/// How long the client tries to send an event.
const TIMEOUT: Duration = Duration::from_secs(20);

/// A producer for nearly all events, and one for events that must not share a batch. The second is created when needed.
pub(super) struct Producers {
    product: &'static str,
    kafka: config::Kafka,
    batches: FutureProducer<ClientLog>,
    alone: OnceLock<FutureProducer<ClientLog>>,
}

impl Producers {
    pub(super) fn new(product: &'static str, kafka: &config::Kafka) -> Result<Self, KafkaError> {
        let batches = kafka::producer(kafka, product, TIMEOUT).create_with_context(ClientLog)?;
        Ok(Self { product, kafka: kafka.clone(), batches, alone: OnceLock::new() })
    }

    /// Hands an event to the client, in a batch with others or alone.
    pub(super) fn send(&self, row: &Row, alone: bool) -> Result<DeliveryFuture, KafkaError> {
        let producer = if alone { self.alone()? } else { &self.batches };
        let topic = kafka::with_prefix(&self.kafka, &row.topic);
        let mut record =
            FutureRecord::<str, [u8]>::to(&topic).key(&row.event.key).headers(kafka::to_headers(&row.event));
        record.payload = row.event.payload.as_deref();
        producer.send_result(record).map_err(|(error, _)| error)
    }

    fn alone(&self) -> Result<&FutureProducer<ClientLog>, KafkaError> {
        if let Some(producer) = self.alone.get() {
            return Ok(producer);
        }
        let mut config = kafka::producer(&self.kafka, self.product, TIMEOUT);
        let producer = config.set("batch.num.messages", "1").create_with_context(ClientLog)?;
        Ok(self.alone.get_or_init(|| producer))
    }

    /// The reason why a producer can send nothing any more, such as a lost sequence number.
    pub(super) fn fatal_error(&self) -> Option<String> {
        self.each().find_map(|producer| producer.client().fatal_error()).map(|(_, reason)| reason)
    }

    /// Drops the events in flight. They are not sent any more.
    pub(super) fn purge(&self) {
        self.each().for_each(|producer| producer.purge(PurgeConfig::default().queue().inflight()));
    }

    fn each(&self) -> impl Iterator<Item = &FutureProducer<ClientLog>> {
        std::iter::once(&self.batches).chain(self.alone.get())
    }
}

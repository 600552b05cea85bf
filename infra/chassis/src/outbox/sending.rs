//! The events between the outbox and the broker.

use std::{collections::HashMap, time::Duration};

use rdkafka::{
    error::{KafkaError, RDKafkaErrorCode},
    producer::{DeliveryFuture, FutureProducer, FutureRecord},
};
use tokio::time::{Instant, timeout_at};

use super::rows::Row;
use crate::kafka;

/// The longest wait for the acknowledgements of a batch. Events that are still in flight do not delay the next batch.
const PATIENCE: Duration = Duration::from_secs(1);
/// After an event could not be sent, the events of its aggregate wait this long.
const BACKOFF: Duration = Duration::from_secs(5);
/// No more events are sent while so many are in flight, or so many bytes.
const MAX_IN_FLIGHT: usize = 5000;
const MAX_BYTES: usize = 16 << 20;

/// Sent events without an acknowledgement, and the aggregates whose events wait so that they stay in order.
#[derive(Default)]
pub(super) struct Sending {
    in_flight: Vec<(Row, DeliveryFuture)>,
    failed: HashMap<String, Instant>,
}

/// The outcomes of sent events.
#[derive(Default)]
pub(super) struct Reports {
    pub(super) delivered: Vec<Row>,
    /// The broker never accepts them as they are.
    pub(super) rejected: Vec<(Row, KafkaError)>,
    /// They are sent again.
    pub(super) failed: Vec<(Row, KafkaError)>,
}

impl Sending {
    pub(super) fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        let bytes: usize = self.in_flight.iter().map(|(row, _)| row.bytes()).sum();
        self.in_flight.len() >= MAX_IN_FLIGHT || bytes >= MAX_BYTES
    }

    /// The aggregates whose events must not be sent now.
    pub(super) fn waiting(&mut self) -> Vec<String> {
        let now = Instant::now();
        self.failed.retain(|_, until| *until > now);
        let mut waiting: Vec<_> = self.in_flight.iter().map(|(row, _)| row.aggregate()).collect();
        waiting.extend(self.failed.keys().cloned());
        waiting.sort_unstable();
        waiting.dedup();
        waiting
    }

    /// Sends `rows` in their order, which the idempotent producer keeps when it retries, and waits for their
    /// acknowledgements, but not for long. Also reports earlier events, without a wait.
    pub(super) async fn send(&mut self, producer: &FutureProducer, prefix: &str, rows: Vec<Row>) -> Reports {
        let mut reports = Reports::default();
        let earlier = std::mem::take(&mut self.in_flight);
        self.collect(&mut reports, earlier, Instant::now()).await;
        let mut sent = vec![];
        for row in rows {
            match send(producer, prefix, &row) {
                Ok(delivery) => sent.push((row, delivery)),
                Err(error) => self.report(&mut reports, row, error),
            }
        }
        self.collect(&mut reports, sent, Instant::now() + PATIENCE).await;
        reports
    }

    async fn collect(&mut self, reports: &mut Reports, sent: Vec<(Row, DeliveryFuture)>, until: Instant) {
        for (row, mut delivery) in sent {
            match timeout_at(until, &mut delivery).await {
                Ok(Ok(Ok(_))) => reports.delivered.push(row),
                Ok(Ok(Err((error, _)))) => self.report(reports, row, error),
                Ok(Err(_)) => {
                    self.report(reports, row, KafkaError::MessageProduction(RDKafkaErrorCode::PurgeInflight));
                }
                Err(_) => self.in_flight.push((row, delivery)),
            }
        }
    }

    fn report(&mut self, reports: &mut Reports, row: Row, error: KafkaError) {
        if kafka::is_permanent(&error) {
            reports.rejected.push((row, error));
        } else {
            self.failed.insert(row.aggregate(), Instant::now() + BACKOFF);
            reports.failed.push((row, error));
        }
    }
}

fn send(producer: &FutureProducer, prefix: &str, row: &Row) -> Result<DeliveryFuture, KafkaError> {
    let topic = format!("{prefix}{}", row.topic);
    let mut record = FutureRecord::<str, [u8]>::to(&topic).key(&row.event.key).headers(kafka::to_headers(&row.event));
    record.payload = row.event.payload.as_deref();
    producer.send_result(record).map_err(|(error, _)| error)
}

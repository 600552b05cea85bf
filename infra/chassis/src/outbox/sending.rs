//! The events between the outbox and the broker.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use rdkafka::{
    error::{KafkaError, RDKafkaErrorCode},
    producer::DeliveryFuture,
};
use tokio::time::{Instant, timeout_at};

use super::{
    producers::Producers,
    rows::{self, Row},
};
use crate::kafka;

/// The longest wait for the acknowledgements of a batch. Events that are still in flight do not delay the next batch.
const PATIENCE: Duration = Duration::from_secs(1);
/// After an event could not be sent, the events of its aggregate wait this long.
const BACKOFF: Duration = Duration::from_secs(5);
/// No more events are sent while so many are in flight, or [`rows::MAX_BYTES`] of them.
const MAX_IN_FLIGHT: usize = 5000;

/// Sent events without an acknowledgement, and the aggregates whose events wait so that they stay in order.
#[derive(Default)]
pub(super) struct Sending {
    in_flight: Vec<InFlight>,
    failed: HashMap<String, Instant>,
    /// Aggregates with an event whose batch was too large. Their events are sent alone.
    alone: HashSet<String>,
}

struct InFlight {
    row: Row,
    /// No other event is in its batch.
    alone: bool,
    delivery: DeliveryFuture,
}

/// The outcomes of sent events.
#[derive(Default)]
pub(super) struct Reports {
    pub(super) delivered: Vec<Row>,
    /// The broker never accepts them as they are.
    pub(super) rejected: Vec<(Row, KafkaError)>,
    /// They are sent again.
    pub(super) failed: Vec<(Row, KafkaError)>,
    /// The number of events that are sent again at once: alone, or after an earlier event of their aggregate.
    pub(super) again: usize,
}

impl Sending {
    pub(super) fn is_empty(&self) -> bool {
        self.in_flight.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        let bytes: usize = self.in_flight.iter().map(|sent| sent.row.bytes()).sum();
        self.in_flight.len() >= MAX_IN_FLIGHT || bytes >= rows::MAX_BYTES
    }

    /// The aggregates whose events must not be sent now.
    pub(super) fn waiting(&mut self) -> Vec<String> {
        let now = Instant::now();
        let in_flight: HashSet<String> = self.in_flight.iter().map(|sent| sent.row.aggregate()).collect();
        // An event in flight must not be marked before an earlier one that failed, so the failure is kept as long.
        self.failed.retain(|aggregate, until| *until > now || in_flight.contains(aggregate));
        let failed =
            self.failed.keys().filter(|aggregate| !in_flight.contains(*aggregate)).cloned().collect::<Vec<_>>();
        in_flight.into_iter().chain(failed).collect()
    }

    /// Sends `rows` in their order, which the idempotent producer keeps when it retries, and waits for their
    /// acknowledgements, but not for long. Also reports earlier events, without a wait.
    pub(super) async fn send(&mut self, producers: &Producers, rows: Vec<Row>) -> Reports {
        let mut reports = self.finish(Duration::ZERO).await;
        let mut sent = vec![];
        for row in rows {
            // A later event must not overtake one that failed just now.
            if self.has_failed(&row) {
                continue;
            }
            let alone = !self.alone.is_empty() && self.alone.contains(&row.aggregate());
            match producers.send(&row, alone) {
                Ok(delivery) => sent.push(InFlight { row, alone, delivery }),
                // The client judges each event by itself.
                Err(error) => self.report(&mut reports, row, true, Err(error)),
            }
        }
        self.collect(&mut reports, sent, Instant::now() + PATIENCE).await;
        reports
    }

    /// Reports events in flight. Waits for their acknowledgements, at most for `patience`.
    pub(super) async fn finish(&mut self, patience: Duration) -> Reports {
        let mut reports = Reports::default();
        let earlier = std::mem::take(&mut self.in_flight);
        self.collect(&mut reports, earlier, Instant::now() + patience).await;
        reports
    }

    async fn collect(&mut self, reports: &mut Reports, sent: Vec<InFlight>, until: Instant) {
        for mut sent in sent {
            let outcome = match timeout_at(until, &mut sent.delivery).await {
                Ok(Ok(outcome)) => outcome.map(drop).map_err(|(error, _)| error),
                Ok(Err(_)) => Err(KafkaError::MessageProduction(RDKafkaErrorCode::PurgeInflight)),
                Err(_) => {
                    self.in_flight.push(sent);
                    continue;
                }
            };
            self.report(reports, sent.row, sent.alone, outcome);
        }
    }

    fn report(&mut self, reports: &mut Reports, row: Row, alone: bool, outcome: Result<(), KafkaError>) {
        match outcome {
            // It arrived before an earlier one that failed. It is sent once more, after it, as the last state.
            Ok(()) if self.has_failed(&row) => reports.again += 1,
            Ok(()) => {
                self.settled(&row, alone);
                reports.delivered.push(row);
            }
            // Perhaps only the batch was too large.
            Err(error) if kafka::is_too_large(&error) && !alone => {
                self.alone.insert(row.aggregate());
                self.failed.insert(row.aggregate(), Instant::now());
                reports.again += 1;
            }
            Err(error) if kafka::is_permanent(&error) => {
                self.settled(&row, alone);
                reports.rejected.push((row, error));
            }
            Err(error) => {
                self.failed.insert(row.aggregate(), Instant::now() + BACKOFF);
                reports.failed.push((row, error));
            }
        }
    }

    fn has_failed(&self, row: &Row) -> bool {
        !self.failed.is_empty() && self.failed.contains_key(&row.aggregate())
    }

    fn settled(&mut self, row: &Row, alone: bool) {
        if alone && !self.alone.is_empty() {
            self.alone.remove(&row.aggregate());
        }
    }
}

#[cfg(test)]
mod tests {
    use RDKafkaErrorCode::{MessageSizeTooLarge, MessageTimedOut};

    use super::*;
    use crate::{
        clock::Clock,
        event::{Envelope, EventId},
        id::TenantId,
    };

    fn row(seq: i64, key: &str) -> Row {
        let clock = Clock::system();
        let event = Envelope {
            id: EventId::new(&clock),
            key: key.into(),
            kind: "login.v1.UserChanged".into(),
            source: "login".into(),
            time: clock.now(),
            tenant_id: TenantId::new(&clock),
            traceparent: None,
            payload: None,
        };
        Row { seq, topic: "t".into(), event }
    }

    fn failure(code: RDKafkaErrorCode) -> Result<(), KafkaError> {
        Err(KafkaError::MessageProduction(code))
    }

    fn seqs(rows: &[Row]) -> Vec<i64> {
        rows.iter().map(|row| row.seq).collect()
    }

    #[test]
    fn an_event_that_arrives_before_an_earlier_one_of_its_aggregate_is_sent_again() {
        let (mut sending, mut reports) = (Sending::default(), Reports::default());
        sending.report(&mut reports, row(1, "a"), false, failure(MessageTimedOut));
        sending.report(&mut reports, row(2, "a"), false, Ok(()));
        sending.report(&mut reports, row(3, "b"), false, Ok(()));
        assert_eq!((seqs(&reports.delivered), reports.failed.len(), reports.again), (vec![3], 1, 1));
        assert_eq!(sending.waiting(), ["t a"]);
    }

    #[test]
    fn an_event_is_rejected_as_too_large_only_if_it_was_sent_alone() {
        let (mut sending, mut reports) = (Sending::default(), Reports::default());
        for seq in [1, 2] {
            sending.report(&mut reports, row(seq, "a"), false, failure(MessageSizeTooLarge));
        }
        assert_eq!((reports.rejected.len(), reports.again), (0, 2));
        assert!(sending.waiting().is_empty(), "they are sent again at once");
        sending.report(&mut reports, row(1, "a"), true, failure(MessageSizeTooLarge));
        sending.report(&mut reports, row(2, "a"), true, Ok(()));
        let rejected: Vec<i64> = reports.rejected.iter().map(|(row, _)| row.seq).collect();
        assert_eq!((rejected, seqs(&reports.delivered)), (vec![1], vec![2]));
        assert!(sending.alone.is_empty());
    }
}

//! Handling of events in a transaction: one event, or a batch.

use std::{panic::AssertUnwindSafe, time::Duration};

use chrono::{DateTime, Utc};
use futures::FutureExt;
use sqlx::{PgConnection, Postgres, Transaction};
use tokio::time::Instant;
use tracing::{Instrument, Span};

use super::{
    ConsumeError, Consumer, Outcome,
    inbox::{receive, receive_group},
};
use crate::{
    db,
    event::Envelope,
    telemetry::{self, attribute, names},
};

/// A batch is committed after this time, even if events are left: its locks delay requests.
const BATCH_TIME: Duration = Duration::from_millis(100);
/// Events of a batch that are stored in the inbox by one statement. The time is checked after each group.
const GROUP: usize = 20;
/// A batch waits no longer for a lock. It keeps the locks of its events, so two batches could block each other, and
/// Postgres resolves that only after a second. Its events are then handled one at a time.
const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '50ms'";

/// The relation between an event's span and the span that published it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// As a child of that span: one trace from cause to effect.
    Parent,
    /// By a link to that span, from a separate trace. For replays.
    Link,
}

impl Consumer {
    /// Handles one event in its own transaction.
    pub(super) async fn handle(&self, topic: &str, event: Envelope, cause: Cause) -> Result<Outcome, ConsumeError> {
        let _permit = self.connections.acquire().await.expect("the semaphore is never closed");
        let (span, started, time) = (span(topic, &event, cause), Instant::now(), event.time);
        let outcome = self.in_transaction(topic, event).instrument(span.clone()).await;
        self.record(topic, &span, time, started.elapsed(), &outcome);
        outcome
    }

    /// Handles the first of `events` in one transaction, as many as the time of a batch allows. Returns their number.
    /// When one fails, none takes effect and none is recorded.
    pub(super) async fn handle_batch(&self, topic: &str, events: Vec<Envelope>) -> Result<usize, ConsumeError> {
        let _permit = self.connections.acquire().await.expect("the semaphore is never closed");
        let began = Instant::now();
        let mut transaction = self.db.begin_unscoped().await?;
        sqlx::query(LOCK_TIMEOUT).execute(&mut *transaction).await?;
        let mut handled = Vec::with_capacity(events.len());
        let mut tenant = None;
        let mut events = events.into_iter();
        while !events.as_slice().is_empty() {
            let group: Vec<_> = events.by_ref().take(GROUP).collect();
            let mut new = receive_group(&mut transaction, self.product, &group).await?;
            for event in group {
                let (span, started) = (span(topic, &event, Cause::Parent), Instant::now());
                let (of, time) = (event.tenant_id, event.time);
                let outcome = if new.remove(&(event.id.as_uuid(), event.source.clone())) {
                    if tenant != Some(of) {
                        db::set_tenant(&mut transaction, of).await?;
                    }
                    self.call(&mut transaction, topic, event).instrument(span.clone()).await?
                } else {
                    self.apply(&mut transaction, topic, event).instrument(span.clone()).await?
                };
                tenant = Some(of);
                handled.push((span, time, started.elapsed(), outcome));
            }
            if began.elapsed() > BATCH_TIME {
                break;
            }
        }
        commit(transaction).await?;
        let count = handled.len();
        for (span, time, took, outcome) in handled {
            self.record(topic, &span, time, took, &Ok(outcome));
        }
        Ok(count)
    }

    async fn in_transaction(&self, topic: &str, event: Envelope) -> Result<Outcome, ConsumeError> {
        let mut transaction = self.db.begin_unscoped().await?;
        let outcome = self.apply(&mut transaction, topic, event).await?;
        commit(transaction).await?;
        Ok(outcome)
    }

    /// Stores the event in the inbox and runs its handler, for the event's tenant.
    async fn apply(&self, conn: &mut PgConnection, topic: &str, event: Envelope) -> Result<Outcome, ConsumeError> {
        if !receive(conn, self.product, &event).await? {
            return Ok(Outcome::Duplicate);
        }
        self.call(conn, topic, event).await
    }

    /// Runs the handler of an event, in a transaction of its tenant.
    async fn call(&self, conn: &mut PgConnection, topic: &str, event: Envelope) -> Result<Outcome, ConsumeError> {
        let handler = self
            .handlers
            .get(topic)
            .ok_or_else(|| ConsumeError::invalid(format!("no handler for the topic {topic}")))?;
        // A panic must not stop the consumer: the event becomes a dead letter like any other that fails.
        let handled = AssertUnwindSafe(handler(conn, event)).catch_unwind().await;
        handled.unwrap_or(Err(ConsumeError::Panicked))?;
        Ok(Outcome::Handled)
    }

    /// Records the outcome of an event. Its delay is that of its effect, so only the first handling has one.
    fn record(
        &self,
        topic: &str,
        span: &Span,
        time: DateTime<Utc>,
        took: Duration,
        outcome: &Result<Outcome, ConsumeError>,
    ) {
        let label = match outcome {
            Ok(Outcome::Handled) => "handled",
            Ok(Outcome::Duplicate) => "duplicate",
            Err(_) => "failed",
        };
        let attributes = [attribute(names::MESSAGING_DESTINATION_NAME, topic.to_owned()), attribute("outcome", label)];
        self.metrics.consumed.add(1, &attributes);
        self.metrics.duration.record(took.as_secs_f64(), &attributes);
        if let Ok(Outcome::Handled) = outcome {
            let delay = (self.clock.now() - time).as_seconds_f64().max(0.0);
            self.metrics.delay.record(delay, &attributes[..1]);
        }
        span.in_scope(|| match outcome {
            Ok(_) => tracing::info!(outcome = label, milliseconds = took.as_secs_f64() * 1000.0, "event"),
            Err(error) => tracing::warn!(outcome = label, error = %error, "event"),
        });
    }
}

/// Commits, or fails when a handler ignored an error of the database. Postgres answers the COMMIT of such a transaction
/// with a rollback and no error: its events would be lost.
async fn commit(mut transaction: Transaction<'_, Postgres>) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT 1").execute(&mut *transaction).await?;
    transaction.commit().await
}

fn span(topic: &str, event: &Envelope, cause: Cause) -> Span {
    let span = tracing::info_span!(
        "process",
        otel.name = format!("process {topic}"),
        otel.kind = "consumer",
        messaging.destination.name = topic,
        event_id = %event.id,
        tenant = %event.tenant_id,
        linked_trace_id = tracing::field::Empty,
    );
    match (&event.traceparent, cause) {
        (Some(traceparent), Cause::Parent) => telemetry::continue_from(&span, traceparent),
        (Some(traceparent), Cause::Link) => span.in_scope(|| telemetry::link(traceparent)),
        (None, _) => {}
    }
    span
}

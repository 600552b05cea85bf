//! Consumes events. Each event takes effect once: its id is stored in the inbox in the transaction of its effect.
//!
//! To consume an event:
//! 1. implement [`Consume`] for its message on the product's `Handlers`, in `consume/`;
//! 2. add `.on::<Message>(handlers)` to the product's `consumer`;
//! 3. add its topic to `events::READS`, to `product.toml` and to `catalog-info.yaml`.
//!
//! Failures:
//! - an event that fails is retried a few times and then moved to the dead-letter topic `<product>.<topic>.dlq`; the
//!   events behind it continue. `<product> replay` handles dead letters again;
//! - while the database is unavailable, consuming pauses and no retry is counted.

use std::{collections::HashMap, panic::AssertUnwindSafe, sync::Arc};

use futures::{FutureExt, future::BoxFuture};
use opentelemetry::metrics::{Counter, Histogram};
use sqlx::PgConnection;
use tokio::time::Instant;
use tracing::Instrument;

use crate::{
    config,
    db::{self, Db},
    event::{Envelope, Event, Received, Topic},
    id::TenantId,
    telemetry::{self, attribute, counter, duration_histogram, names},
};

mod dead_letter;
mod replay;
mod run;

pub use replay::ReplayArguments;

/// Partitions and retention of a dead-letter topic. Its name is [`dead_letter_topic`].
pub(crate) const DEAD_LETTERS: Topic = Topic::retained_for_days("", 1, 30);

/// The topic for events of `topic` that `product` cannot handle.
pub(crate) fn dead_letter_topic(product: &str, topic: &str) -> String {
    format!("{product}.{topic}.dlq")
}

/// A handler of an event.
///
/// `conn` is a transaction of the app role for the event's tenant. A handler works only in this transaction: it makes
/// no remote calls, and it does not need to detect duplicates. It ignores an event older than the state it has.
pub trait Consume<E: Event>: Send + Sync + 'static {
    /// Handles the event.
    fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<E>,
    ) -> impl Future<Output = Result<(), ConsumeError>> + Send;
}

/// The reason why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// The database failed or is unavailable.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// The handler panicked.
    #[error("the handler panicked")]
    Panicked,
    /// The event is invalid. It is not retried.
    #[error("invalid event: {0}")]
    Invalid(String),
}

impl ConsumeError {
    /// An invalid event, with the reason.
    pub fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid(reason.into())
    }

    fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(error) if db::is_unavailable(error))
    }
}

/// The outcome of handling an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The effect is committed.
    Handled,
    /// The effect was committed before.
    Duplicate,
}

/// The relation between an event's span and the span that published it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// As a child of that span: one trace from cause to effect.
    Parent,
    /// By a link to that span, from a separate trace. For batches.
    Link,
}

type Handler = Box<dyn Fn(&mut PgConnection, Envelope) -> BoxFuture<'_, Result<(), ConsumeError>> + Send + Sync>;

/// Consumes the topics of its handlers.
pub struct Consumer {
    product: &'static str,
    kafka: config::Kafka,
    db: Db,
    handlers: HashMap<&'static str, Handler>,
    consumed: Counter<u64>,
    duration: Histogram<f64>,
    dead_letters: Counter<u64>,
}

impl Consumer {
    /// Creates a consumer without handlers. Its consumer group is the product: replicas share the partitions.
    pub fn new(product: &'static str, kafka: &config::Kafka, db: Db) -> Self {
        Self {
            product,
            kafka: kafka.clone(),
            db,
            handlers: HashMap::new(),
            consumed: counter(names::MESSAGING_CLIENT_CONSUMED_MESSAGES, "Consumed events by outcome"),
            duration: duration_histogram(names::MESSAGING_PROCESS_DURATION, "Duration of handling an event"),
            dead_letters: counter(names::MESSAGING_CLIENT_DEAD_LETTERS, "Events moved to a dead-letter topic"),
        }
    }

    /// Registers `handler` for the events `E`.
    #[must_use]
    pub fn on<E: Event>(mut self, handler: Arc<impl Consume<E>>) -> Self {
        let handle: Handler = Box::new(move |conn, envelope| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let event = decode::<E>(envelope)?;
                handler.consume(conn, event).await
            })
        });
        self.handlers.insert(E::TOPIC.name, handle);
        // Starts at 0, so that the first dead letter is an increase.
        self.dead_letters.add(0, &[attribute(names::MESSAGING_DESTINATION_NAME, E::TOPIC.name)]);
        self
    }

    /// The consumed topics, sorted by name.
    pub fn topics(&self) -> Vec<&'static str> {
        let mut topics: Vec<_> = self.handlers.keys().copied().collect();
        topics.sort_unstable();
        topics
    }

    /// Handles one event of `topic` as if it had been consumed. For tests.
    ///
    /// # Errors
    /// The error of the handler or the database; there is no retry.
    pub async fn accept(&self, topic: &str, event: Envelope) -> Result<Outcome, ConsumeError> {
        self.handle(topic, event, Cause::Parent).await
    }

    async fn handle(&self, topic: &str, event: Envelope, cause: Cause) -> Result<Outcome, ConsumeError> {
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
        let started = Instant::now();
        let outcome = self.in_transaction(topic, event).instrument(span.clone()).await;
        let took = started.elapsed().as_secs_f64();
        let label = match &outcome {
            Ok(Outcome::Handled) => "handled",
            Ok(Outcome::Duplicate) => "duplicate",
            Err(_) => "failed",
        };
        let attributes = [attribute(names::MESSAGING_DESTINATION_NAME, topic.to_owned()), attribute("outcome", label)];
        self.consumed.add(1, &attributes);
        self.duration.record(took, &attributes);
        span.in_scope(|| match &outcome {
            Ok(_) => tracing::info!(outcome = label, milliseconds = took * 1000.0, "event"),
            Err(error) => tracing::warn!(outcome = label, error = %error, "event"),
        });
        outcome
    }

    async fn in_transaction(&self, topic: &str, event: Envelope) -> Result<Outcome, ConsumeError> {
        let handler = self
            .handlers
            .get(topic)
            .ok_or_else(|| ConsumeError::invalid(format!("no handler for the topic {topic}")))?;
        let mut transaction = self.db.begin(event.tenant_id).await?;
        let inserted = sqlx::query!(
            "INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            self.product,
            event.id.as_uuid(),
        )
        .execute(&mut *transaction)
        .await?;
        if inserted.rows_affected() == 0 {
            return Ok(Outcome::Duplicate);
        }
        // A panic must not stop the consumer: the event becomes a dead letter like any other that fails.
        let handled = AssertUnwindSafe(handler(&mut transaction, event)).catch_unwind().await;
        handled.unwrap_or(Err(ConsumeError::Panicked))?;
        transaction.commit().await?;
        Ok(Outcome::Handled)
    }
}

fn decode<E: Event>(envelope: Envelope) -> Result<Received<E>, ConsumeError> {
    if envelope.kind != E::full_name() {
        return Err(ConsumeError::Invalid(format!("ce_type is {}, expected {}", envelope.kind, E::full_name())));
    }
    let payload = envelope.payload.as_deref().map(E::decode).transpose();
    let payload: Option<E> = payload.map_err(|error| ConsumeError::Invalid(error.to_string()))?;
    // The transaction has the envelope's tenant: the payload must not write another tenant's facts into it.
    let tenant = payload.as_ref().map(|event| event.tenant_id().parse::<TenantId>().ok());
    if tenant.is_some_and(|tenant| tenant != Some(envelope.tenant_id)) {
        return Err(ConsumeError::Invalid(format!(
            "the payload is not of the tenant in ce_tenantid, {}",
            envelope.tenant_id
        )));
    }
    Ok(Received { id: envelope.id, key: envelope.key, tenant_id: envelope.tenant_id, time: envelope.time, payload })
}

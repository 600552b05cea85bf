//! Reading events: each is handled once, in one transaction with the note that it was (the inbox).
//!
//! To read an event: implement [`Consume`] for its message on the product's handler, add `.on::<Message>(handler)` in
//! `App::consumer`, add its topic to `events::READS`, to `product.toml` and to `catalog-info.yaml`.
//!
//! What happens when it goes wrong: an event that fails by itself is tried a few times, then goes to the dead-letter
//! topic `<product>.<topic>.dlq`, and the ones behind it go on; `<product> replay` hands it to the handler again. When
//! the store is out of reach, nothing is the event's fault: reading pauses until the store is back.

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
    telemetry::{self, attribute, counter, duration_histogram, names},
};

mod dead_letter;
mod replay;
mod run;

pub use replay::ReplayArguments;

/// How a dead-letter topic is kept; its name is [`dead_letter_topic`]'s.
pub(crate) const DEAD_LETTERS: Topic = Topic::retained_for_days("", 1, 30);

/// Where `product` puts events of `topic` that it can't handle.
pub(crate) fn dead_letter_topic(product: &str, topic: &str) -> String {
    format!("{product}.{topic}.dlq")
}

/// What a product does about an event.
///
/// `connection` is a transaction of the app role with the event's tenant set. A handler works on that transaction
/// alone: it calls nobody, and needs no care for events that come twice. It ignores a version older than what it has.
pub trait Consume<E: Event>: Send + Sync + 'static {
    /// Does it.
    fn consume(
        &self,
        connection: &mut PgConnection,
        event: Received<E>,
    ) -> impl Future<Output = Result<(), ConsumeError>> + Send;
}

/// Why an event could not be handled.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// The store refused, or is out of reach.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// The handler panicked: a bug that this event brings out.
    #[error("the handler panicked")]
    Panicked,
    /// It can never work: no second try.
    #[error("invalid event: {0}")]
    Invalid(String),
}

impl ConsumeError {
    /// An event that can never be handled.
    pub fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }

    fn is_unreachable(&self) -> bool {
        matches!(self, Self::Store(error) if db::is_unreachable(error))
    }
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Its effect is committed.
    Handled,
    /// Its effect was committed before.
    Duplicate,
}

/// How a span tells what caused it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// One event by itself: one trace from the cause to the effect.
    Parent,
    /// One of a batch: a trace of its own that points there.
    Link,
}

type Handler = Box<dyn Fn(&mut PgConnection, Envelope) -> BoxFuture<'_, Result<(), ConsumeError>> + Send + Sync>;

/// Reads the topics that handlers were given for.
pub struct Consumer {
    product: &'static str,
    kafka: config::Kafka,
    db: Db,
    handlers: HashMap<&'static str, Handler>,
    consumed: Counter<u64>,
    duration: Histogram<f64>,
    dead: Counter<u64>,
}

impl Consumer {
    /// A consumer that reads nothing yet. Its group is the product: replicas share the work.
    pub fn new(product: &'static str, kafka: &config::Kafka, db: Db) -> Self {
        Self {
            product,
            kafka: kafka.clone(),
            db,
            handlers: HashMap::new(),
            consumed: counter(names::MESSAGING_CLIENT_CONSUMED_MESSAGES, "Events read, by what became of them"),
            duration: duration_histogram(names::MESSAGING_PROCESS_DURATION, "How long handling an event takes"),
            dead: counter(names::MESSAGING_CLIENT_DEAD_LETTERS, "Events put away because they can't be handled"),
        }
    }

    /// Has `handler` handle events `E`.
    #[must_use]
    pub fn on<E: Event>(mut self, handler: Arc<impl Consume<E>>) -> Self {
        let handle: Handler = Box::new(move |connection, envelope| {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let event = decode::<E>(envelope)?;
                handler.consume(connection, event).await
            })
        });
        self.handlers.insert(E::TOPIC.name, handle);
        // From nought, so that the first one is seen as a rise.
        self.dead.add(0, &[attribute(names::MESSAGING_DESTINATION_NAME, E::TOPIC.name)]);
        self
    }

    /// The topics it reads, in order of name.
    pub fn topics(&self) -> Vec<&'static str> {
        let mut topics: Vec<_> = self.handlers.keys().copied().collect();
        topics.sort_unstable();
        topics
    }

    /// Handles one event of `topic`, as if it had just been read. For tests that drive a consumer by hand.
    ///
    /// # Errors
    /// When the handler refuses, or the store is out of reach.
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
        let word = match &outcome {
            Ok(Outcome::Handled) => "handled",
            Ok(Outcome::Duplicate) => "duplicate",
            Err(_) => "failed",
        };
        let attributes = [attribute(names::MESSAGING_DESTINATION_NAME, topic.to_owned()), attribute("outcome", word)];
        self.consumed.add(1, &attributes);
        self.duration.record(took, &attributes);
        span.in_scope(|| match &outcome {
            Ok(_) => tracing::info!(outcome = word, milliseconds = took * 1000.0, "event"),
            Err(error) => tracing::warn!(outcome = word, error = %error, "event"),
        });
        outcome
    }

    async fn in_transaction(&self, topic: &str, event: Envelope) -> Result<Outcome, ConsumeError> {
        let handler = self.handlers.get(topic).ok_or_else(|| ConsumeError::invalid("no handler for its topic"))?;
        let mut transaction = self.db.begin(event.tenant_id).await?;
        let first = sqlx::query!(
            "INSERT INTO inbox (consumer, event_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            self.product,
            event.id.as_uuid(),
        )
        .execute(&mut *transaction)
        .await?;
        if first.rows_affected() == 0 {
            return Ok(Outcome::Duplicate);
        }
        // One event that brings out a bug must not stop the product: it becomes a dead letter like any other that fails.
        let handled = AssertUnwindSafe(handler(&mut transaction, event)).catch_unwind().await;
        handled.unwrap_or(Err(ConsumeError::Panicked))?;
        transaction.commit().await?;
        Ok(Outcome::Handled)
    }
}

fn decode<E: Event>(envelope: Envelope) -> Result<Received<E>, ConsumeError> {
    if envelope.kind != E::full_name() {
        return Err(ConsumeError::Invalid(format!("ce_type {} where {} was expected", envelope.kind, E::full_name())));
    }
    let payload = envelope.payload.as_deref().map(E::decode).transpose();
    let payload: Option<E> = payload.map_err(|error| ConsumeError::Invalid(error.to_string()))?;
    Ok(Received { id: envelope.id, key: envelope.key, tenant_id: envelope.tenant_id, time: envelope.time, payload })
}

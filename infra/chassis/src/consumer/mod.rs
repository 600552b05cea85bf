//! Consumes events. Each event takes effect once: its id is stored in the inbox in the transaction of its effect.
//!
//! To consume an event:
//! 1. implement [`Consume`] for its message on the product's `Handlers`, in `consume/`;
//! 2. add `.on::<Message>(handlers)` to the product's `consumer`;
//! 3. add its topic to `events::READS`, to `product.toml` and to `catalog-info.yaml`.
//!
//! Each topic has its own loop: a slow, busy or failing topic delays no other one, and events of different topics have
//! no order. A loop handles the waiting events of its topic in one transaction a batch. When an event of a batch fails,
//! the batch is rolled back and its events are handled one at a time.
//!
//! Failures:
//! - an event that fails is retried a few times and then moved to the dead-letter topic `<product>.<topic>.dlq`; the
//!   events behind it continue. An error that is permanent is not retried. `<product> replay` handles dead letters again;
//! - a dead letter that cannot be written is counted and logged with its topic, partition and offset, and the events
//!   behind it continue. `<product> replay --event` handles such an event from its topic while it is retained there;
//! - while the database is unavailable, consuming pauses and no retry is counted.

use std::{collections::HashMap, sync::Arc};

use futures::future::BoxFuture;
use sqlx::PgConnection;
use tokio::sync::Semaphore;

use crate::{
    clock::Clock,
    config,
    db::Db,
    event::{Envelope, Event, Received, Topic},
    id::TenantId,
};

mod dead_letter;
mod error;
mod handle;
mod inbox;
mod metrics;
mod queue;
mod replay;
mod run;
mod settle;

pub use error::ConsumeError;
pub use replay::ReplayArguments;

use self::metrics::Metrics;

/// Partitions and retention of a dead-letter topic. Its name is [`dead_letter_topic`].
pub(crate) const DEAD_LETTERS: Topic = Topic::retained_for_days("", 1, 30);

/// The topic for events of `topic` that `product` cannot handle.
pub(crate) fn dead_letter_topic(product: &str, topic: &str) -> String {
    format!("{product}.{topic}.dlq")
}

/// A handler of an event.
///
/// `conn` is a transaction of the app role for the event's tenant. A handler works only in this transaction: it makes
/// no remote calls, and it does not need to detect duplicates. It ignores an event older than the state it has, and it
/// expects events of other topics in any order. It returns each error of the database: after one, Postgres rolls back the
/// transaction, which has other events, too. A conflict that it expects is part of the statement: `ON CONFLICT`.
pub trait Consume<E: Event>: Send + Sync + 'static {
    /// Handles the event.
    fn consume(
        &self,
        conn: &mut PgConnection,
        event: Received<E>,
    ) -> impl Future<Output = Result<(), ConsumeError>> + Send;
}

/// The outcome of handling an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The effect is committed.
    Handled,
    /// The effect was committed before.
    Duplicate,
}

type Handler = Box<dyn Fn(&mut PgConnection, Envelope) -> BoxFuture<'_, Result<(), ConsumeError>> + Send + Sync>;

/// Consumes the topics of its handlers.
pub struct Consumer {
    product: &'static str,
    kafka: config::Kafka,
    db: Db,
    clock: Clock,
    handlers: HashMap<&'static str, Handler>,
    /// Half of the pool's connections: the other half is left to requests.
    connections: Semaphore,
    metrics: Metrics,
}

impl Consumer {
    /// Creates a consumer without handlers. Its consumer group is the product: replicas share the partitions.
    pub fn new(product: &'static str, kafka: &config::Kafka, db: Db, clock: Clock) -> Self {
        Self {
            product,
            kafka: kafka.clone(),
            connections: Semaphore::new((db.max_connections() / 2).max(1)),
            db,
            clock,
            handlers: HashMap::new(),
            metrics: Metrics::new(),
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
        self.metrics.add(E::TOPIC.name);
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
        self.handle(topic, event, handle::Cause::Parent).await
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
    // Events are in order, compacted and erased by key: with another one, the payload could outlive its tombstone. A
    // tombstone has only its key.
    if let Some(event) = &payload
        && event.key() != envelope.key
    {
        return Err(ConsumeError::Invalid(format!("the key is {}, expected {}", envelope.key, event.key())));
    }
    let Envelope { id, source, key, tenant_id, time, .. } = envelope;
    Ok(Received { id, source, key, tenant_id, time, payload })
}

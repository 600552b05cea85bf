//! Events that products publish: CloudEvents 1.0 with a protobuf payload.
//!
//! To publish an event: 1. add its message to the product's `events.proto`; 2. implement [`Event`] for it in
//! `contracts::topics`; 3. add its topic to the product's `events::WRITES`; 4. call [`crate::outbox::publish`] in the
//! transaction of the change. To consume an event: see [`crate::consumer`].

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{clock::Clock, id::TenantId};

crate::typed_id! {
    /// The id of an event, `ce_id`. Consumers store it to ignore duplicates.
    pub struct EventId
}

/// A message that is published to its own topic.
pub trait Event: prost::Message + prost::Name + Default + 'static {
    /// The topic that carries the event.
    const TOPIC: Topic;

    /// The id of the aggregate, used as Kafka's key: events with the same key stay in order. A consumer refuses an event
    /// with another key.
    fn key(&self) -> &str;

    /// The id of the tenant that owns the data. A consumer refuses an event whose `ce_tenantid` is another one.
    fn tenant_id(&self) -> &str;
}

/// A topic as its producer declares it. The command `migrate` creates it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// The name: `<product>.<aggregate>.<major version>`, such as `login.user.v1`.
    pub name: &'static str,
    /// The number of partitions: the maximum number of consumers of a group that work in parallel.
    pub partitions: i32,
    /// The retention of its messages.
    pub retention: Retention,
}

/// The retention of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// The last message of each key without a time limit; tombstones for 7 days, so that a slow consumer sees the erasure.
    Compacted,
    /// All messages for this number of days.
    Days(u32),
}

impl Topic {
    /// A topic of states. A new consumer reads it from its start to build its own copy.
    pub const fn compacted(name: &'static str, partitions: i32) -> Self {
        Self { name, partitions, retention: Retention::Compacted }
    }

    /// A topic of facts, each published once and retained for `days`.
    pub const fn retained_for_days(name: &'static str, partitions: i32, days: u32) -> Self {
        Self { name, partitions, retention: Retention::Days(days) }
    }
}

/// An event on the wire: CloudEvents attributes and the encoded payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// `ce_id`.
    pub id: EventId,
    /// The id of the aggregate, Kafka's key.
    pub key: String,
    /// `ce_type`: the full name of the message, such as `login.v1.UserChanged`.
    pub kind: String,
    /// `ce_source`: the product that published it.
    pub source: String,
    /// `ce_time`: the time of the change.
    pub time: DateTime<Utc>,
    /// `ce_tenantid`: the tenant that owns the data.
    pub tenant_id: TenantId,
    /// `traceparent` (W3C Trace Context) of the span that published it.
    pub traceparent: Option<String>,
    /// The encoded protobuf message; `None` is a tombstone.
    pub payload: Option<Vec<u8>>,
}

/// A decoded event, as a handler receives it.
#[derive(Debug, Clone)]
pub struct Received<E> {
    /// `ce_id`.
    pub id: EventId,
    /// `ce_source`. The id is unique for its source only.
    pub source: String,
    /// The id of the aggregate.
    pub key: String,
    /// The tenant that owns the data.
    pub tenant_id: TenantId,
    /// The time of the change.
    pub time: DateTime<Utc>,
    /// The message; `None` is a tombstone: delete the aggregate.
    pub payload: Option<E>,
}

impl<E: Event> Received<E> {
    /// Wraps a message as if it had been received. For tests that call a handler directly.
    ///
    /// # Panics
    /// When the tenant id of `event` is not a UUID.
    pub fn new(clock: &Clock, event: E) -> Self {
        let tenant_id = Uuid::parse_str(event.tenant_id()).map(TenantId::from).expect("the tenant id is a UUID");
        let key = event.key().to_owned();
        Self { payload: Some(event), ..Self::tombstone(clock, key, tenant_id) }
    }

    /// Creates a tombstone as if it had been received. For tests.
    pub fn tombstone(clock: &Clock, key: impl Into<String>, tenant_id: TenantId) -> Self {
        let source = E::TOPIC.name.split('.').next().unwrap_or_default().to_owned();
        Self { id: EventId::new(clock), source, key: key.into(), tenant_id, time: clock.now(), payload: None }
    }
}

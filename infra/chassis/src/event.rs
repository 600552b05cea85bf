//! Events: what a product tells the others, as CloudEvents 1.0 with a protobuf payload.
//!
//! To publish one: implement [`Event`] for its message (in `contracts::topics`), add its topic to the product's
//! `events::WRITES`, and call [`crate::outbox::publish`] in the transaction of the change.
//! To read one: see [`crate::consumer`].

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{clock::Clock, id::TenantId};

crate::typed_id! {
    /// An event: `ce_id`. A reader remembers it, so that a second delivery has no effect.
    pub struct EventId
}

/// A message that is published to a topic of its own.
pub trait Event: prost::Message + prost::Name + Default + 'static {
    /// Where it is published.
    const TOPIC: Topic;

    /// The aggregate's id: events of one aggregate stay in order.
    fn key(&self) -> &str;

    /// Whose data it is.
    fn tenant_id(&self) -> &str;
}

/// A topic as its writer declares it. `migrate` makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    /// Ends in the contract's major version: `login.user.v1`.
    pub name: &'static str,
    /// How many consumers of one group can share the work.
    pub partitions: i32,
    /// What is kept, and how long.
    pub retention: Retention,
}

/// What a topic keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// The last state of each key, for ever; tombstones for a week, so that a slow reader sees the erasure.
    Compacted,
    /// Everything, for a number of days.
    Days(u32),
}

impl Topic {
    /// A topic of states: a new reader can build everything from its start.
    pub const fn compacted(name: &'static str, partitions: i32) -> Self {
        Self { name, partitions, retention: Retention::Compacted }
    }

    /// A topic of facts, each told once.
    pub const fn retained_for_days(name: &'static str, partitions: i32, days: u32) -> Self {
        Self { name, partitions, retention: Retention::Days(days) }
    }
}

/// An event as it travels: CloudEvents attributes beside the encoded payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// `ce_id`.
    pub id: EventId,
    /// The aggregate's id, Kafka's key.
    pub key: String,
    /// `ce_type`: the message's full name, `login.v1.UserChanged`.
    pub kind: String,
    /// `ce_source`: the product that tells it.
    pub source: String,
    /// `ce_time`: when it happened.
    pub time: DateTime<Utc>,
    /// `ce_tenantid`: whose data it is.
    pub tenant_id: TenantId,
    /// W3C trace context of what caused it.
    pub traceparent: Option<String>,
    /// Protobuf; nothing is a tombstone.
    pub payload: Option<Vec<u8>>,
}

/// An event as a handler gets it.
#[derive(Debug, Clone)]
pub struct Received<E> {
    /// `ce_id`.
    pub id: EventId,
    /// The aggregate's id.
    pub key: String,
    /// Whose data it is.
    pub tenant_id: TenantId,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// What it says; nothing is a tombstone: forget the aggregate.
    pub payload: Option<E>,
}

impl<E: Event> Received<E> {
    /// An event as it would arrive, for tests that drive a handler by hand.
    pub fn new(clock: &Clock, event: E) -> Self {
        let tenant_id = Uuid::parse_str(event.tenant_id()).map(TenantId::from).expect("an event names its tenant");
        let key = event.key().to_owned();
        Self { id: EventId::new(clock), key, tenant_id, time: clock.now(), payload: Some(event) }
    }

    /// A tombstone as it would arrive.
    pub fn tombstone(clock: &Clock, key: impl Into<String>, tenant_id: TenantId) -> Self {
        Self { id: EventId::new(clock), key: key.into(), tenant_id, time: clock.now(), payload: None }
    }
}

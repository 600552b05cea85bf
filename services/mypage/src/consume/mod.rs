//! Handlers of events, one file per topic.
//!
//! A handler writes in the transaction that chassis opens for it, with the event's tenant set, and calls no other
//! product. State events carry a version: an older version changes nothing. Facts are deduplicated by their id.

use std::{str::FromStr, sync::Arc};

use chassis::{
    clock::Clock,
    config::Kafka,
    consumer::{ConsumeError, Consumer, ReplayArguments},
    db::Db,
    id::TenantId,
};
use chrono::{DateTime, Utc};
use contracts::{ad, convert::datetime, login, mypage};

use crate::app::App;

mod campaign;
mod delivery;
mod session;
mod tenant;
mod usage;
mod user;

#[derive(Clone, Debug)]
pub struct Handlers {
    pub clock: Clock,
}

/// Consumes the topics of [`crate::events::READS`].
pub fn consumer(app: &App) -> Consumer {
    build(&app.config.kafka, app.db.clone(), app.clock.clone())
}

/// Runs the handlers again on the events of the dead-letter topics.
pub async fn replay(arguments: ReplayArguments) -> Result<(), chassis::Error> {
    let db = Db::connect(&arguments.database)?;
    build(&arguments.kafka, db, Clock::system()).run_replay(&arguments).await
}

fn build(kafka: &Kafka, db: Db, clock: Clock) -> Consumer {
    let handlers = Arc::new(Handlers { clock });
    Consumer::new("mypage", kafka, db)
        .on::<login::v1::UserChanged>(handlers.clone())
        .on::<login::v1::TenantChanged>(handlers.clone())
        .on::<login::v1::SessionChanged>(handlers.clone())
        .on::<login::v1::UsageRecorded>(handlers.clone())
        .on::<ad::v1::DeliveryRecorded>(handlers.clone())
        .on::<ad::v1::CampaignChanged>(handlers.clone())
        .on::<ad::v1::UsageRecorded>(handlers.clone())
        .on::<mypage::v1::UsageRecorded>(handlers)
}

fn id<T: FromStr>(field: &str, text: &str) -> Result<T, ConsumeError> {
    text.parse().map_err(|_| ConsumeError::invalid(format!("{field} {text:?} is not a UUID")))
}

fn time(field: &str, time: Option<prost_types::Timestamp>) -> Result<DateTime<Utc>, ConsumeError> {
    datetime(time).ok_or_else(|| ConsumeError::invalid(format!("{field} is missing or out of range")))
}

/// Rejects a payload whose tenant differs from the tenant of its envelope: row-level security uses the envelope's.
fn same_tenant(envelope: TenantId, payload: &str) -> Result<(), ConsumeError> {
    if id::<TenantId>("tenant_id", payload)? == envelope {
        return Ok(());
    }
    Err(ConsumeError::invalid(format!("tenant_id {payload} differs from the envelope's {envelope}")))
}

/// Rejects an empty payload: only a topic of state has tombstones.
fn required<T>(payload: Option<T>) -> Result<T, ConsumeError> {
    payload.ok_or_else(|| ConsumeError::invalid("the payload is empty"))
}

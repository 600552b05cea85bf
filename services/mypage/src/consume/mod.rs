//! Handlers of events, one file per topic.
//!
//! A handler writes in the transaction that chassis opens for it, with the event's tenant set, and calls no other
//! product. State events carry a version: an older version changes nothing. Facts are deduplicated by their id.
//!
//! Each field is read by a function of [`contracts::read`]. It refuses a fact out of bounds, and keeps the rest of a state.

use std::sync::Arc;

use chassis::{
    clock::Clock,
    config::Kafka,
    consumer::{ConsumeError, Consumer, ReplayArguments},
    db::Db,
};
use contracts::{ad, login, mypage};

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
    let handlers = Arc::new(Handlers { clock: clock.clone() });
    Consumer::new("mypage", kafka, db, clock)
        .on::<login::v1::UserChanged>(handlers.clone())
        .on::<login::v1::TenantChanged>(handlers.clone())
        .on::<login::v1::SessionChanged>(handlers.clone())
        .on::<login::v1::UsageRecorded>(handlers.clone())
        .on::<ad::v1::DeliveryRecorded>(handlers.clone())
        .on::<ad::v1::CampaignChanged>(handlers.clone())
        .on::<ad::v1::UsageRecorded>(handlers.clone())
        .on::<mypage::v1::UsageRecorded>(handlers)
}

/// Rejects an empty payload: only a topic of state has tombstones.
fn required<T>(payload: Option<T>) -> Result<T, ConsumeError> {
    payload.ok_or_else(|| ConsumeError::invalid("the payload is empty"))
}

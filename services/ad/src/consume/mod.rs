//! Handlers of events, one file per topic.
//!
//! A handler writes in the transaction that chassis opens for it, with the event's tenant set, and calls no other
//! product. A topic that carries the whole state of an aggregate has versions: an older version changes nothing.
//!
//! Each field is read by a function of [`contracts::read`], which bounds it and keeps the rest of a state.

use std::sync::Arc;

use chassis::{
    Error,
    clock::Clock,
    config::Kafka,
    consumer::{Consumer, ReplayArguments},
    db::Db,
};
use contracts::{login, mypage};

use crate::app::App;

mod preferences;
mod session;
mod tenant;
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
pub async fn replay(arguments: ReplayArguments) -> Result<(), Error> {
    let db = Db::connect(&arguments.database)?;
    build(&arguments.kafka, db, Clock::system()).run_replay(&arguments).await
}

fn build(kafka: &Kafka, db: Db, clock: Clock) -> Consumer {
    let handlers = Arc::new(Handlers { clock: clock.clone() });
    Consumer::new("ad", kafka, db, clock)
        .on::<mypage::v1::PreferencesChanged>(handlers.clone())
        .on::<login::v1::UserChanged>(handlers.clone())
        .on::<login::v1::SessionChanged>(handlers.clone())
        .on::<login::v1::TenantChanged>(handlers)
}

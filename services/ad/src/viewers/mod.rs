//! Viewers: what selections may use of people who consented, in memory, so that a selection reads nothing from the database.
//!
//! The first selection for a person reads the person by one statement ([`store::viewer`]). A changed preference or an erasure
//! removes the person from the memory of every replica ([`listener`]). A replica that cannot prove that it received the changes
//! does not use its memory ([`cache`]). Of a person without consent, the memory has only that there is no consent.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chassis::{
    clock::Clock,
    db::Db,
    error::chain,
    id::{TenantId, UserId},
};
use chrono::{DateTime, Utc};

use self::{
    cache::{Cache, Found},
    metrics::{Lookup, Metrics},
};
use crate::{domain::consented::Consented, store};

mod cache;
mod listener;
mod metrics;

#[cfg(test)]
mod tests;

/// How long a selection waits for a person. After that it is contextual.
const READ_WITHIN: Duration = Duration::from_millis(250);

/// The memory of viewers. Clones share it.
#[derive(Clone)]
pub struct Viewers {
    db: Db,
    clock: Clock,
    cache: Arc<Cache>,
    /// The beginning of the time that only goes forward.
    started: Instant,
    metrics: Metrics,
}

impl Viewers {
    /// Makes an empty memory. [`Viewers::run`] brings it into use.
    pub fn new(db: &Db, clock: &Clock) -> Self {
        let cache = Arc::new(Cache::default());
        let metrics = Metrics::new(&cache);
        Self { db: db.clone(), clock: clock.clone(), cache, started: Instant::now(), metrics }
    }

    /// Returns what a selection may use of the person; `None` without consent, and when the person cannot be read.
    pub async fn find(&self, tenant: TenantId, user: UserId) -> Option<Arc<Consented>> {
        let now = self.clock.now();
        let stamp = match self.cache.find(tenant, user, self.started.elapsed(), now) {
            Found::Person(consented) => {
                self.metrics.looked_up(Lookup::Hit);
                return consented;
            }
            Found::Nothing(stamp) => Some(stamp),
            Found::Unused => None,
        };
        let Ok(consented) = self.read(tenant, user, now).await else {
            self.metrics.looked_up(Lookup::Failed);
            return None;
        };
        let Some(stamp) = stamp else {
            self.metrics.looked_up(Lookup::Bypassed);
            return consented;
        };
        self.metrics.looked_up(Lookup::Miss);
        self.cache.keep((tenant, user), stamp, consented, now)
    }

    /// Reports whether the memory is in use: the listener proved a moment ago that it receives the changes.
    pub fn is_used(&self) -> bool {
        self.cache.is_used(self.started.elapsed())
    }

    /// Reads the person. An error is logged here, without the person.
    async fn read(&self, tenant: TenantId, user: UserId, now: DateTime<Utc>) -> Result<Option<Arc<Consented>>, ()> {
        let read = store::viewer::find(self.db.app(), tenant, user, now);
        match tokio::time::timeout(READ_WITHIN, read).await {
            Ok(Ok(consented)) => Ok(consented.map(Arc::new)),
            Ok(Err(error)) => {
                tracing::warn!(error = chain(&error), "viewer not read, ads selected without interests");
                Err(())
            }
            Err(_) => {
                tracing::warn!(
                    milliseconds = READ_WITHIN.as_millis(),
                    "viewer not read in time, ads selected without interests"
                );
                Err(())
            }
        }
    }
}

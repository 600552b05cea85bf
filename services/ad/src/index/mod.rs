//! The index: the campaigns that take part in auctions, in memory, so that a selection reads nothing from the database.
//!
//! It is read whole at the start ([`upkeep`]). From then on it follows what changed: a campaign, its spending, its tenant.
//! It can lag behind the database, so it does not enforce budgets. SQL does, when a click is charged
//! ([`crate::usecase::record_delivery`]).

use std::{
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chassis::{clock::Clock, db::Db};
use tokio::sync::Mutex;

use self::{lists::Lists, metrics::Metrics, upkeep::Mark};
use crate::{
    config::Checks,
    domain::{
        auction::{self, Offer, Viewer},
        candidate::Candidate,
    },
};

mod lists;
mod metrics;
mod ranking;
mod upkeep;

#[cfg(test)]
mod tests;

/// The campaigns in memory. Clones share them.
#[derive(Clone)]
pub struct Index {
    db: Db,
    clock: Clock,
    /// A selection holds the lock for microseconds, and so does a change of a campaign.
    lists: Arc<RwLock<Lists>>,
    is_read: Arc<AtomicBool>,
    /// One task at a time keeps the index up to date.
    mark: Arc<Mutex<Option<Mark>>>,
    /// The time between two comparisons with the database.
    compare_every: Duration,
    metrics: Metrics,
}

impl Index {
    /// Makes an index that was not read yet.
    pub fn new(db: &Db, clock: &Clock, checks: &Checks) -> Self {
        Self {
            db: db.clone(),
            clock: clock.clone(),
            lists: Arc::default(),
            is_read: Arc::default(),
            mark: Arc::default(),
            compare_every: Duration::from_secs(checks.ad_index_compare_seconds),
            metrics: Metrics::new(),
        }
    }

    /// Sells `count` slots to the best campaigns of those that the viewer may see; `None` before the index was read.
    pub fn select(&self, viewer: Viewer, count: usize, may_see: impl Fn(&Candidate) -> bool) -> Option<Vec<Offer>> {
        if !self.is_read.load(Ordering::Acquire) {
            return None;
        }
        let lists = self.read();
        let ranked = lists.ranked(viewer, self.clock.now()).filter(|contender| may_see(contender.campaign()));
        Some(auction::sell(ranked, count))
    }

    /// Checks that the index was read, for readiness.
    pub fn check(&self) -> Result<(), String> {
        self.size().map(drop).ok_or_else(|| "campaigns are not loaded yet".into())
    }

    /// The number of campaigns, with those that bid nothing now; `None` before the index was read.
    pub fn size(&self) -> Option<usize> {
        self.is_read.load(Ordering::Acquire).then(|| self.read().len())
    }

    fn read(&self) -> RwLockReadGuard<'_, Lists> {
        self.lists.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Lists> {
        self.lists.write().unwrap_or_else(PoisonError::into_inner)
    }
}

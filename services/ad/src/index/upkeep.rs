//! Keeps the index up to date.
//!
//! At the start, the worker role reads all candidates. From then on it asks every `POLL` which campaigns changed, and reads
//! those: triggers and defaults note the transaction of each change (`changed_xid` in the migrations), and a snapshot tells
//! which transactions the last answer had seen. So a transaction that commits late is not lost. A change by an advertiser
//! also notifies, and is read at once. A charge does not: many notifications would serialise the commits of clicks.
//!
//! Every `compare_every`, all candidates are read again, to find what the index missed. A difference is counted and repaired.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use chassis::error::chain;
use futures::TryStreamExt;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::{Index, Ordering};
use crate::{
    domain::candidate::Candidate,
    store::candidate::{self, Snapshot},
};

/// The Postgres channel of the triggers on `campaign`, `creative` and `tenant` (`index_notify` in the migrations).
const CHANNEL: &str = "ad_index";
/// The longest time between two questions for changes: how far the spending in the index can be behind.
const POLL: Duration = Duration::from_millis(500);
/// The shortest time between two questions, however many notifications there are.
const PAUSE: Duration = Duration::from_millis(100);
/// The time until the next attempt after a database error.
const RETRY: Duration = Duration::from_millis(500);
/// How many campaigns are read in one query, or looked at under one lock.
const BATCH: usize = 500;

/// What the index has seen of the database.
pub(super) struct Mark {
    seen: Snapshot,
    compared: Instant,
}

impl Index {
    /// Follows what changed in the database. The first time and every `compare_every`, reads everything.
    pub async fn refresh(&self) -> Result<(), sqlx::Error> {
        let mut mark = self.mark.lock().await;
        let started = Instant::now();
        match &mut *mark {
            Some(Mark { seen, compared }) if compared.elapsed() < self.compare_every => {
                *seen = self.follow(seen).await?;
            }
            mark => drop(self.read_whole(mark).await?),
        }
        self.metrics.read(started, self.read().len());
        drop(mark);
        self.tick().await;
        Ok(())
    }

    /// Compares the index with the database. Counts, repairs and returns the differences.
    pub async fn compare(&self) -> Result<u64, sqlx::Error> {
        self.read_whole(&mut *self.mark.lock().await).await
    }

    /// Refreshes until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let Some(Err(error)) = stop.run_until_cancelled(self.refresh_on_change()).await else { return };
            tracing::warn!(error = chain(&error), "index refresh failed");
            // Days and hours go on without the database.
            self.tick().await;
            stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
        }
    }

    async fn refresh_on_change(&self) -> Result<(), sqlx::Error> {
        // Read before listening: readiness does not wait for the second connection.
        self.refresh().await?;
        let mut listener = PgListener::connect_with(self.db.worker()).await?;
        listener.listen(CHANNEL).await?;
        loop {
            self.refresh().await?;
            tokio::time::sleep(PAUSE).await;
            // A notification, a reconnection or the timeout: each is followed by a refresh.
            if let Ok(Err(error)) = tokio::time::timeout(POLL - PAUSE, listener.try_recv()).await {
                return Err(error);
            }
            while listener.next_buffered().is_some() {}
        }
    }

    /// Reads the campaigns that changed since `seen`.
    async fn follow(&self, seen: &Snapshot) -> Result<Snapshot, sqlx::Error> {
        let worker = self.db.worker();
        let (snapshot, changed) = candidate::changed(&mut *worker.acquire().await?, Some(seen)).await?;
        for ids in changed.chunks(BATCH) {
            let candidates = candidate::find(worker, ids).await?;
            let started = Instant::now();
            let mut gone: HashSet<_> = ids.iter().copied().collect();
            for candidate in candidates {
                gone.remove(&candidate.campaign_id);
                self.set(candidate);
            }
            for id in gone {
                self.write().remove(id);
            }
            self.metrics.applied(ids.len() as u64, started.elapsed());
        }
        Ok(snapshot)
    }

    /// Reads all campaigns. Returns how many of them were unlike the database, although they had not changed since the mark.
    async fn read_whole(&self, mark: &mut Option<Mark>) -> Result<u64, sqlx::Error> {
        let compared = Instant::now();
        // One snapshot for both questions.
        let mut tx = self.db.worker().begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let (seen, changed) = candidate::changed(&mut tx, mark.as_ref().map(|mark| &mark.seen)).await?;
        let changed: HashSet<_> = changed.into_iter().collect();
        let mut gone: HashSet<_> = self.read().ids().collect();
        let mut differences = 0;
        let mut candidates = candidate::all(&mut tx);
        while let Some(candidate) = candidates.try_next().await? {
            let id = candidate.campaign_id;
            gone.remove(&id);
            differences += u64::from(self.set(candidate) && !changed.contains(&id));
        }
        drop(candidates);
        tx.commit().await?;
        for id in gone {
            self.write().remove(id);
            differences += u64::from(!changed.contains(&id));
        }
        if mark.replace(Mark { seen, compared }).is_none() {
            self.is_read.store(true, Ordering::Release);
            return Ok(0);
        }
        if differences > 0 {
            tracing::warn!(campaigns = differences, "index differed from the database, repaired");
            self.metrics.differences(differences);
        }
        Ok(differences)
    }

    fn set(&self, candidate: Candidate) -> bool {
        let now = self.clock.now();
        self.write().set(candidate, now)
    }

    /// Looks again at the campaigns whose standing changes with the time of day.
    async fn tick(&self) {
        let now = self.clock.now();
        while self.write().tick(now, BATCH) {
            tokio::task::yield_now().await;
        }
    }
}

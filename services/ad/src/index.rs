//! The index: the auction's candidates, in memory, so that a selection reads no campaigns from the database.
//!
//! The worker role reads all candidates: before the process is ready, when Postgres notifies of a change, and at least
//! every `POLL`. The index can lag behind the database, so it does not enforce budgets. SQL does, when a click is charged
//! ([`crate::usecase::record_delivery`]).

use std::{sync::Arc, time::Duration};

use chassis::{db::Db, error::chain, telemetry::gauge};
use opentelemetry::metrics::Gauge;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{domain::auction::Candidate, store};

/// The Postgres channel of the triggers on `campaign` and `tenant` (`index_notify` in the migrations).
///
/// A charge notifies too, because it updates the campaign's version.
const CHANNEL: &str = "ad_index";
/// The longest time between two reads. It bounds the delay when a notification is lost with its connection.
const POLL: Duration = Duration::from_secs(5);
/// The shortest time between two reads, however many clicks change the spending.
const PAUSE: Duration = Duration::from_millis(100);
/// The time until the next attempt after a database error.
const RETRY: Duration = Duration::from_millis(500);

/// The candidates of the last read. Clones share them.
#[derive(Clone)]
pub struct Index {
    db: Db,
    candidates: watch::Sender<Option<Arc<[Candidate]>>>,
    size: Gauge<f64>,
}

impl Index {
    /// Makes an index that was not read yet.
    pub fn new(db: &Db) -> Self {
        let size = gauge("ad.index.campaigns", "Campaigns in the index");
        Self { db: db.clone(), candidates: watch::Sender::new(None), size }
    }

    /// Returns the candidates; `None` before the first read.
    pub fn candidates(&self) -> Option<Arc<[Candidate]>> {
        self.candidates.borrow().clone()
    }

    /// Checks that the index was read, for readiness.
    pub fn check(&self) -> Result<(), String> {
        self.candidates.borrow().as_ref().map(drop).ok_or_else(|| "campaigns are not loaded yet".into())
    }

    /// Reads all candidates.
    pub async fn refresh(&self) -> Result<(), sqlx::Error> {
        let candidates = store::candidate::list(self.db.worker()).await?;
        self.size.record(candidates.len() as f64, &[]);
        self.candidates.send_replace(Some(candidates.into()));
        Ok(())
    }

    /// Refreshes until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let Some(Err(error)) = stop.run_until_cancelled(self.refresh_on_change()).await else { return };
            tracing::warn!(error = chain(&error), "index refresh failed");
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
            if let Ok(Err(error)) = tokio::time::timeout(POLL, listener.try_recv()).await {
                return Err(error);
            }
            while listener.next_buffered().is_some() {}
        }
    }
}

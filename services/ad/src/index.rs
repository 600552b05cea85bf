//! The campaigns that ads are chosen from, in memory: choosing asks no database.
//!
//! It is read anew as a whole, as the worker role: before the process is ready, whenever Postgres says that something it is
//! made of has changed, and every few seconds whatever happens; so replicas agree. It may be a moment behind: what it shows
//! is an offer, and the budget is held where it is spent, in [`crate::usecase::record_delivery`].

use std::sync::Arc;
use std::time::Duration;

use chassis::db::Db;
use chassis::error::chain;
use chassis::telemetry::gauge;
use opentelemetry::metrics::Gauge;
use sqlx::postgres::PgListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::auction::Servable;
use crate::store;

/// What the database tells when a campaign, its spending or its tenant has changed.
const CHANNEL: &str = "ad_index";
/// A wake-up can be lost with a connection: this is the longest that a change then waits.
const POLL: Duration = Duration::from_secs(5);
/// A storm of clicks reads it at most this often.
const PAUSE: Duration = Duration::from_millis(100);
/// How soon it tries again when the database can't be reached.
const RETRY: Duration = Duration::from_millis(500);

/// The campaigns as they were read last. Clones share them.
#[derive(Clone)]
pub struct Index {
    db: Db,
    campaigns: watch::Sender<Option<Arc<[Servable]>>>,
    size: Gauge<f64>,
}

impl Index {
    /// An index that has read nothing yet.
    #[must_use]
    pub fn new(db: &Db) -> Self {
        let size = gauge("ad.index.campaigns", "Campaigns that ads are chosen from");
        Self { db: db.clone(), campaigns: watch::Sender::new(None), size }
    }

    /// The campaigns; nothing before they were read the first time.
    #[must_use]
    pub fn campaigns(&self) -> Option<Arc<[Servable]>> {
        self.campaigns.borrow().clone()
    }

    /// Whether there is something to choose from, for readiness.
    ///
    /// # Errors
    /// When it was not read yet.
    pub fn check(&self) -> Result<(), String> {
        self.campaigns.borrow().as_ref().map(drop).ok_or_else(|| "campaigns were not read yet".into())
    }

    /// Reads it anew. Tests drive it by hand.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn refresh(&self) -> Result<(), sqlx::Error> {
        let campaigns = store::index::load(self.db.worker()).await?;
        self.size.record(campaigns.len() as f64, &[]);
        self.campaigns.send_replace(Some(campaigns.into()));
        Ok(())
    }

    /// Keeps it fresh until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let Some(Err(error)) = stop.run_until_cancelled(self.follow()).await else { return };
            tracing::warn!(error = chain(&error), "index is not refreshed");
            stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
        }
    }

    async fn follow(&self) -> Result<(), sqlx::Error> {
        // Read before listening too: being ready should not wait for a second connection.
        self.refresh().await?;
        let mut listener = PgListener::connect_with(self.db.worker()).await?;
        listener.listen(CHANNEL).await?;
        loop {
            self.refresh().await?;
            tokio::time::sleep(PAUSE).await;
            // A wake-up, a connection that came back, or nothing for a while: it is read anew after each.
            if let Ok(Err(error)) = tokio::time::timeout(POLL, listener.try_recv()).await {
                return Err(error);
            }
            while listener.next_buffered().is_some() {}
        }
    }
}

//! The composition root: builds what requests and workers share, for `main` and for the tests.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::{Error, auth::Verifier, clock::Clock, db::Db, migrate::Schema, ops::Readiness, outbox::Relay};
use sqlx::migrate::Migrator;

use crate::{config::Config, events, index::Index, link::Links, metrics::Metrics, viewers::Viewers};

pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The tables and topics that `ad migrate` creates.
pub fn schema() -> Schema {
    Schema { product: "ad", migrator: &MIGRATOR, writes: events::WRITES, reads: events::READS }
}

/// The state of the process. Clones share it.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub clock: Clock,
    pub db: Db,
    /// Verifies the access tokens of API callers.
    pub verifier: Verifier,
    /// The auction's candidates, in memory.
    pub index: Index,
    /// Makes and reads the tokens of impression and click links.
    pub links: Links,
    /// What selections may use of people, in memory.
    pub viewers: Viewers,
    pub metrics: Metrics,
}

impl App {
    /// Builds the app without connecting to anything.
    pub fn new(config: Config, clock: Clock) -> Result<Self, Error> {
        let db = Db::connect(&config.database)?;
        Ok(Self {
            index: Index::new(&db),
            verifier: Verifier::new(&config.issuer, clock.clone()),
            links: Links::new(&config.ad_link_secret),
            viewers: Viewers::new(&db, &clock),
            metrics: Metrics::default(),
            clock,
            db,
            config: Arc::new(config),
        })
    }

    /// Publishes the events in the outbox to Kafka.
    pub fn relay(&self) -> Result<Relay, Error> {
        Ok(Relay::new("ad", &self.config.kafka, &self.db, self.clock.clone())?)
    }

    /// Ready when the database has the migrations of this version and the index was read.
    pub fn readiness(&self) -> Readiness {
        let (db, index) = (self.db.clone(), self.index.clone());
        Readiness::new()
            .check("schema", move || {
                let db = db.clone();
                async move { db.schema_check(&MIGRATOR).await }
            })
            .check("index", move || {
                let result = index.check();
                async move { result }
            })
    }
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

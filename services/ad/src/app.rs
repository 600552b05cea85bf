//! The composition root: builds what requests and workers share, for `main` and for the tests.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::{
    Error,
    auth::Verifier,
    clock::Clock,
    db::Db,
    migrate::Schema,
    oidc::{Client, Oidc},
    ops::Readiness,
    outbox::Relay,
    secret::Sealer,
    sign_in::SignIn,
};
use sqlx::migrate::Migrator;

use crate::{
    config::Config, events, images::Images, index::Index, link::Links, metrics::Metrics, refusals::Refusals,
    viewers::Viewers,
};

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
    /// The campaigns that take part in auctions, in memory.
    pub index: Index,
    /// Makes and reads the tokens of impression and click links.
    pub links: Links,
    /// Reads uploaded images.
    pub images: Images,
    /// What selections may use of people, in memory.
    pub viewers: Viewers,
    pub metrics: Metrics,
    /// Refused clicks that are not stored yet.
    pub refusals: Refusals,
    /// Encrypts sign-ins and the ID tokens of browser sessions.
    pub sealer: Sealer,
    pub oidc: Oidc,
    pub sign_in: SignIn,
}

impl App {
    /// Builds the app without connecting to anything.
    pub fn new(config: Config, clock: Clock) -> Result<Self, Error> {
        let db = Db::connect(&config.database)?;
        let sealer = Sealer::new(&config.client.ad_session_secret);
        let oidc = Oidc::new(&config.issuer, client(&config), clock.clone())?;
        Ok(Self {
            index: Index::new(&db, &clock, &config.checks),
            verifier: Verifier::new(&config.issuer, clock.clone()),
            links: Links::new(&config.ad_link_secret),
            images: Images::default(),
            viewers: Viewers::new(&db, &clock),
            metrics: Metrics::default(),
            refusals: Refusals::default(),
            sign_in: SignIn::new("ad", &config.ad_public_url, oidc.clone(), sealer.clone(), clock.clone()),
            sealer,
            oidc,
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

/// ad at login. Its pages call no other product, so that it asks for no scope of an API.
fn client(config: &Config) -> Client {
    Client {
        public_url: config.ad_public_url.clone(),
        client_id: config.client.ad_client_id.clone(),
        client_secret: config.client.ad_client_secret.clone(),
        scope: "openid profile email",
    }
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

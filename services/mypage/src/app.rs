//! The composition root: builds the parts that requests and workers share, for `main` and for the tests.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::{
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
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    events,
    live::Live,
    peers::{ad::AdPeer, login::LoginPeer},
    refreshes::Refreshes,
};

/// A refresh token, so that a page can call other products for as long as its session lasts, and their APIs.
const SCOPE: &str = "openid profile email offline_access api";

pub static MIGRATOR: Migrator = sqlx::migrate!();

/// The tables and topics that `mypage migrate` creates.
pub fn schema() -> Schema {
    Schema { product: "mypage", migrator: &MIGRATOR, writes: events::WRITES, reads: events::READS }
}

/// The state of the process. Clones share it.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub clock: Clock,
    pub db: Db,
    /// Verifies the access tokens of API callers.
    pub verifier: Verifier,
    /// Encrypts the tokens of browser sessions and the state of pending sign-ins.
    pub sealer: Sealer,
    pub oidc: Oidc,
    pub sign_in: SignIn,
    pub login: LoginPeer,
    pub ad: AdPeer,
    /// Token refreshes in progress.
    pub refreshes: Refreshes,
    /// Notifies open pages of new activities.
    pub live: Live,
    /// Cancelled when the process drains: open streams end then.
    pub draining: CancellationToken,
}

impl App {
    /// Builds the app without connecting to anything.
    pub fn new(config: Config, clock: Clock, draining: CancellationToken) -> Result<Self, chassis::Error> {
        let url = &config.client.mypage_public_url;
        let client = Client {
            public_url: url.clone(),
            client_id: config.client.mypage_client_id.clone(),
            client_secret: config.client.mypage_client_secret.clone(),
            scope: SCOPE,
        };
        let oidc = Oidc::new(&config.issuer, client, clock.clone())?;
        let sealer = Sealer::new(&config.client.mypage_session_secret);
        Ok(Self {
            db: Db::connect(&config.database)?,
            verifier: Verifier::new(&config.issuer, clock.clone()),
            sign_in: SignIn::new("mypage", url, oidc.clone(), sealer.clone(), clock.clone()),
            sealer,
            oidc,
            login: LoginPeer::new(&config),
            ad: AdPeer::new(&config),
            refreshes: Refreshes::default(),
            live: Live::new(),
            draining,
            clock,
            config: Arc::new(config),
        })
    }

    /// Publishes the events in the outbox to Kafka.
    pub fn relay(&self) -> Result<Relay, chassis::Error> {
        Ok(Relay::new("mypage", &self.config.kafka, &self.db, self.clock.clone())?)
    }

    /// Ready when the database has the migrations of this version.
    pub fn readiness(&self) -> Readiness {
        let db = self.db.clone();
        Readiness::new().check("schema", move || {
            let db = db.clone();
            async move { db.schema_check(&MIGRATOR).await }
        })
    }
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

//! The composition root: everything that mypage is made of, used by `main` and by the tests.

use std::sync::Arc;

use axum::{Router, extract::FromRef};
use chassis::{
    auth::Verifier,
    clock::Clock,
    config::Kafka,
    consumer::{Consumer, ReplayArguments},
    db::Db,
    migrate::Schema,
    ops::Readiness,
    outbox::Relay,
    secret::Sealer,
};
use contracts::{ad, login, mypage};
use sqlx::migrate::Migrator;
use tokio_util::sync::CancellationToken;
use tonic::service::Routes;

use crate::{
    config::Config,
    consume::Handlers,
    events, grpc, http,
    http::cookies::Cookies,
    live::Live,
    peers::{ad::AdPeer, login::LoginPeer, oidc::Oidc},
    refreshes::Refreshes,
};

/// mypage's own tables.
pub static MIGRATOR: Migrator = sqlx::migrate!();

/// What `migrate` brings up to date.
pub fn schema() -> Schema {
    Schema { product: "mypage", migrator: &MIGRATOR, writes: events::WRITES, reads: events::READS }
}

/// Hands dead letters to their handlers again.
pub async fn replay(arguments: ReplayArguments) -> Result<(), chassis::Error> {
    let db = Db::connect(&arguments.database)?;
    consumer(&arguments.kafka, db, Clock::system()).replay(arguments.topic.as_deref()).await
}

fn consumer(kafka: &Kafka, db: Db, clock: Clock) -> Consumer {
    let handlers = Arc::new(Handlers { clock });
    Consumer::new("mypage", kafka, db)
        .on::<login::v1::UserChanged>(handlers.clone())
        .on::<login::v1::TenantChanged>(handlers.clone())
        .on::<login::v1::SessionChanged>(handlers.clone())
        .on::<login::v1::UsageRecorded>(handlers.clone())
        .on::<ad::v1::DeliveryRecorded>(handlers.clone())
        .on::<ad::v1::CampaignChanged>(handlers.clone())
        .on::<ad::v1::UsageRecorded>(handlers.clone())
        .on::<mypage::v1::UsageRecorded>(handlers)
}

/// Everything that mypage is made of. Clones share it.
#[derive(Clone)]
pub struct App {
    /// What it was told.
    pub config: Arc<Config>,
    /// The time.
    pub clock: Clock,
    /// The database.
    pub db: Db,
    /// Access tokens of callers.
    pub verifier: Verifier,
    /// Seals what only mypage may read.
    pub sealer: Sealer,
    /// Names and forms of its cookies.
    pub cookies: Cookies,
    /// mypage as a client of login.
    pub oidc: Oidc,
    /// login.
    pub login: LoginPeer,
    /// ad.
    pub ad: AdPeer,
    /// Refreshes of tokens that are under way.
    pub refreshes: Refreshes,
    /// What wakes the open pages.
    pub live: Live,
    /// Cancelled when streams shall end, so that the process can.
    pub draining: CancellationToken,
}

impl App {
    /// Puts it together; nothing is reached for yet. Streams end when `draining` is cancelled.
    pub fn new(config: Config, clock: Clock, draining: CancellationToken) -> Result<Self, chassis::Error> {
        Ok(Self {
            db: Db::connect(&config.database)?,
            verifier: Verifier::new(&config.issuer, clock.clone()),
            sealer: Sealer::new(&config.client.mypage_session_secret),
            cookies: Cookies::new(&config.client.mypage_public_url),
            oidc: Oidc::new(&config, clock.clone())?,
            login: LoginPeer::new(&config),
            ad: AdPeer::new(&config),
            refreshes: Refreshes::default(),
            live: Live::new(),
            draining,
            clock,
            config: Arc::new(config),
        })
    }

    /// Pages and the JSON API.
    pub fn router(&self) -> Router {
        http::router(self.clone())
    }

    /// The gRPC services.
    pub fn grpc(&self) -> Routes {
        grpc::routes(self.clone())
    }

    /// Publishes what the outbox holds.
    pub fn relay(&self) -> Result<Relay, chassis::Error> {
        Ok(Relay::new("mypage", &self.config.kafka, &self.db, self.clock.clone())?)
    }

    /// Handles what the others publish.
    pub fn consumer(&self) -> Consumer {
        consumer(&self.config.kafka, self.db.clone(), self.clock.clone())
    }

    /// Whether this process can serve: the schema is as new as it needs.
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

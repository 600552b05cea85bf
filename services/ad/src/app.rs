//! What ad is made of, put together once: by `main`, and by the tests.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::auth::Verifier;
use chassis::clock::Clock;
use chassis::config::PublicUrl;
use chassis::consumer::Consumer;
use chassis::db::Db;
use chassis::ops::Readiness;
use chassis::outbox::Relay;
use chassis::{Error, config as settings};
use contracts::login::v1::{TenantChanged, UserChanged};
use contracts::mypage::v1::PreferencesChanged;
use tonic::service::Routes;

use crate::config::Config;
use crate::events::hear::Hear;
use crate::index::Index;
use crate::link::Links;
use crate::metrics::Metrics;
use crate::{MIGRATOR, grpc, http};

/// Everything a request needs.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// Who asks.
    pub verifier: Verifier,
    /// What ads are chosen from.
    pub index: Index,
    /// Sealed links.
    pub links: Links,
    /// Where browsers reach ad.
    pub public_url: PublicUrl,
    /// Business figures.
    pub metrics: Metrics,
    kafka: settings::Kafka,
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

impl App {
    /// Puts ad together; nothing runs yet.
    ///
    /// # Errors
    /// When an address of the database can't be read.
    pub fn new(config: &Config, clock: Clock) -> Result<Self, Error> {
        let db = Db::connect(&config.database)?;
        Ok(Self {
            index: Index::new(&db),
            verifier: Verifier::new(&config.issuer, clock.clone()),
            links: Links::new(&config.ad_link_secret),
            public_url: config.ad_public_url.clone(),
            metrics: Metrics::default(),
            kafka: config.kafka.clone(),
            clock,
            db,
        })
    }

    /// Public HTTP.
    pub fn router(&self) -> axum::Router {
        http::router(self.clone())
    }

    /// gRPC, for the other products.
    #[must_use]
    pub fn grpc(&self) -> Routes {
        grpc::routes(self.clone())
    }

    /// Publishes what the outbox has.
    ///
    /// # Errors
    /// When the broker's settings are refused.
    pub fn relay(&self) -> Result<Relay, Error> {
        Ok(Relay::new("ad", &self.kafka, &self.db, self.clock.clone())?)
    }

    /// Hears what the other products tell.
    #[must_use]
    pub fn consumer(&self) -> Consumer {
        consumer(&self.kafka, self.db.clone(), self.clock.clone())
    }

    /// Whether this process can serve.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let (db, index) = (self.db.clone(), self.index.clone());
        Readiness::new()
            .check("schema", move || {
                let db = db.clone();
                async move { db.schema_check(&MIGRATOR).await }
            })
            .check("index", move || {
                let read = index.check();
                async move { read }
            })
    }
}

/// A consumer with ad's handlers.
#[must_use]
pub fn consumer(kafka: &settings::Kafka, db: Db, clock: Clock) -> Consumer {
    let hear = Arc::new(Hear::new(clock));
    Consumer::new("ad", kafka, db)
        .on::<PreferencesChanged>(Arc::clone(&hear))
        .on::<UserChanged>(Arc::clone(&hear))
        .on::<TenantChanged>(hear)
}

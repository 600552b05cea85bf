//! The composition root: builds login's parts once, for `main` and for the tests.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::{
    auth::{KeyRing, Verifier},
    clock::Clock,
    config::{self, PublicUrl},
    db::Db,
    migrate::Schema,
    ops::Readiness,
    outbox::Relay,
    secret::Sealer,
};
use tokio::sync::Semaphore;

use crate::{
    clients_file::FirstParty,
    config::Config,
    events,
    keyed_hashes::KeyedHashes,
    keys::Keys,
    mail::{MailMetrics, Mailer},
    metrics::Metrics,
    passkeys::Passkeys,
    passwords::Passwords,
};

pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// The schema and the topics that `migrate` updates.
pub fn schema() -> Schema {
    Schema { product: "login", migrator: &MIGRATOR, writes: events::WRITES, reads: events::READS }
}

/// The parts of login. Clones share them.
#[derive(Clone)]
pub struct App {
    pub db: Db,
    pub clock: Clock,
    /// login's public URL: the `iss` of every token.
    pub issuer: PublicUrl,
    /// Clients of the products, from `LOGIN_CLIENTS_FILE`.
    pub first_party: FirstParty,
    pub keys: Keys,
    pub passwords: Passwords,
    /// Limits how many sign-ins use the database at the same time.
    pub sign_ins: Arc<Semaphore>,
    /// `None` where the issuer's host is an IP address.
    pub passkeys: Option<Passkeys>,
    pub verifier: Verifier,
    pub metrics: Metrics,
    pub sealer: Sealer,
    /// Replaces network addresses and devices in the database by keyed hashes.
    pub keyed_hashes: KeyedHashes,
    pub trusted_proxies: config::Networks,
    pub mailer: Mailer,
    pub mail_metrics: MailMetrics,
    kafka: config::Kafka,
}

impl App {
    /// Builds the app. Opens no connection yet.
    ///
    /// # Errors
    /// When the URL of the database or of the mail server is invalid.
    pub fn new(config: &Config, clock: Clock) -> Result<Self, chassis::Error> {
        let db = Db::connect(&config.database)?;
        let issuer = config.issuer.login_public_url.clone();
        let sealer = Sealer::new(&config.login_key_secret);
        let keys = Keys::new(db.clone(), sealer.clone(), clock.clone());
        let passkeys = Passkeys::new(&issuer, &sealer);
        let verifier = Verifier::with_keys(&issuer, KeyRing::new(Arc::new(keys.clone())), clock.clone());
        Ok(Self {
            db,
            clock,
            mailer: Mailer::new(&config.login_mail, config.login_mail_from.as_ref(), &issuer)?,
            issuer,
            first_party: config.login_clients_file.clone(),
            keys,
            passwords: Passwords::new(),
            sign_ins: Arc::new(Semaphore::new(half_of(config.database.database_max_connections))),
            passkeys,
            verifier,
            metrics: Metrics::new(),
            sealer,
            keyed_hashes: KeyedHashes::new(&config.login_key_secret),
            trusted_proxies: config.proxies.trusted_proxies.clone(),
            mail_metrics: MailMetrics::new(),
            kafka: config.kafka.clone(),
        })
    }

    /// Builds the relay that publishes the outbox.
    ///
    /// # Errors
    /// When a setting of the Kafka producer is invalid.
    pub fn relay(&self) -> Result<Relay, chassis::Error> {
        Ok(Relay::new("login", &self.kafka, &self.db, self.clock.clone())?)
    }

    /// Ready when the schema is migrated and the signing keys can be read.
    pub fn readiness(&self) -> Readiness {
        let (db, keys) = (self.db.clone(), self.keys.clone());
        Readiness::new()
            .check("schema", move || {
                let db = db.clone();
                async move { db.schema_check(&MIGRATOR).await }
            })
            .check("keys", move || {
                let keys = keys.clone();
                async move { keys.ring().await.map(drop).map_err(|error| chassis::error::chain(&error)) }
            })
    }

    /// Closes the database pool.
    pub fn close(&self) -> impl Future<Output = ()> + Send + 'static {
        let db = self.db.clone();
        async move { db.close().await }
    }
}

fn half_of(connections: u32) -> usize {
    usize::try_from(connections / 2).unwrap_or_default().max(1)
}

impl FromRef<App> for Verifier {
    fn from_ref(app: &App) -> Self {
        app.verifier.clone()
    }
}

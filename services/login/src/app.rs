//! The composition root: everything login is made of, put together once, by `main` and by the tests.

use std::sync::Arc;

use axum::extract::FromRef;
use chassis::{
    auth::{KeyRing, KeySource, Verifier},
    clock::Clock,
    config::{self, PublicUrl},
    db::Db,
    migrate::Schema,
    ops::Readiness,
    outbox::Relay,
    secret::Sealer,
};
use contracts::login::v1::login_server::LoginServer;
use futures::future::BoxFuture;
use jsonwebtoken::jwk::JwkSet;
use tokio::sync::Semaphore;
use tonic::service::Routes;

use crate::{
    clients_file::FirstParty,
    config::Config,
    counters::Counters,
    events,
    grpc::LoginService,
    http,
    keys::Keys,
    mail::{MailMetrics, Mailer},
    marks::Marks,
    passkeys::Passkeys,
    passwords::Passwords,
};

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// What `migrate` brings about.
pub fn schema() -> Schema {
    Schema { product: "login", migrator: &MIGRATOR, writes: events::WRITES, reads: events::READS }
}

/// The OpenAPI document of the public API.
pub fn openapi() -> String {
    http::api::openapi_json()
}

/// login, put together. Clones share everything.
#[derive(Clone)]
pub struct App {
    /// The store.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// login's public address, which every token names.
    pub issuer: PublicUrl,
    /// Clients of the products themselves.
    pub first_party: FirstParty,
    /// What tokens are signed with.
    pub keys: Keys,
    /// Hashes passwords, a few at a time.
    pub passwords: Passwords,
    /// Sign-ins that are at the store at the same time.
    pub sign_ins: Arc<Semaphore>,
    /// What passkeys are made for; none where the issuer has no name.
    pub passkeys: Option<Passkeys>,
    /// Checks access tokens.
    pub verifier: Verifier,
    /// What is counted.
    pub counters: Counters,
    /// Encrypts what only login may read.
    pub sealer: Sealer,
    /// What stands for addresses and devices.
    pub marks: Marks,
    /// Proxies that are believed about where a request comes from.
    pub trusted_proxies: config::Networks,
    /// Where mails go.
    pub mailer: Mailer,
    /// How they go.
    pub mail_metrics: MailMetrics,
    kafka: config::Kafka,
}

impl App {
    /// Puts login together. Connects to nothing yet.
    ///
    /// # Errors
    /// When an address of the store or of the mail server can't be read.
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
            issuer,
            first_party: config.login_clients_file.clone(),
            keys,
            passwords: Passwords::new(),
            sign_ins: Arc::new(Semaphore::new(half_of(config.database.database_max_connections))),
            passkeys,
            verifier,
            counters: Counters::new(),
            sealer,
            marks: Marks::new(&config.login_key_secret),
            trusted_proxies: config.proxies.trusted_proxies.clone(),
            mailer: Mailer::new(config)?,
            mail_metrics: MailMetrics::new(),
            kafka: config.kafka.clone(),
        })
    }

    /// Pages and APIs.
    pub fn router(&self) -> axum::Router {
        http::router(self.clone())
    }

    /// gRPC, behind access tokens.
    pub fn grpc(&self) -> Routes {
        let service = LoginServer::new(LoginService::new(self.clone()));
        chassis::auth::protect(Routes::new(service), self.verifier.clone())
    }

    /// Publishes what is in the outbox.
    ///
    /// # Errors
    /// When the producer's settings are refused.
    pub fn relay(&self) -> Result<Relay, chassis::Error> {
        Ok(Relay::new("login", &self.kafka, &self.db, self.clock.clone())?)
    }

    /// Whether this process can serve: the schema is there, and keys to sign with.
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

    /// Lets go of the store.
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

impl KeySource for Keys {
    fn keys(&self) -> BoxFuture<'_, Result<JwkSet, chassis::Error>> {
        Box::pin(async { Ok(self.reread().await?.public()) })
    }
}

//! Starts mypage in this process, each with its own database.

use chassis::{
    clock::Clock,
    config::{self, LogFormat, SecretKey},
    consumer::{ConsumeError, Consumer, Outcome},
    event::{Envelope, Event},
    id::{SessionId, TenantId, UserId},
};
use mypage::{
    app::{App, schema},
    config::{Client, Config, Peers},
    consume, http,
};
use serde_json::{Value, json};
use sqlx::PgPool;
use support::TestDatabase;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    browser::{Browser, location},
    fake::oidc::{FakeOidc, TestPerson},
};

/// An address without a listener.
pub(crate) const NO_LISTENER: &str = "127.0.0.1:1";

pub(crate) const ORIGIN: &str = "http://localhost:8080";

pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) base: String,
    /// The origin of the public URL.
    pub(crate) origin: String,
    pub(crate) oidc: FakeOidc,
    pub(crate) clock: Clock,
    pub(crate) database: TestDatabase,
    pub(crate) superuser: PgPool,
}

impl TestApp {
    /// Connects to login and ad at these gRPC addresses.
    pub(crate) async fn with_peers(login: &str, ad: &str) -> Self {
        // Longer than any call takes, so that slow machines do not fail tests.
        Self::with_deadline(login, ad, 20_000).await
    }

    /// Waits for peers for `deadline` milliseconds.
    pub(crate) async fn with_deadline(login: &str, ad: &str, deadline: u64) -> Self {
        Self::start(support::listen().await, ORIGIN.to_owned(), (login, ad), deadline).await
    }

    /// Starts alone, with the public URL of the test's server, so that Chromium can send forms.
    pub(crate) async fn at_public_url() -> Self {
        let (listener, base) = support::listen().await;
        Self::start((listener, base.clone()), base, (NO_LISTENER, NO_LISTENER), 20_000).await
    }

    async fn start(
        (listener, base): (TcpListener, String),
        origin: String,
        peers: (&str, &str),
        deadline: u64,
    ) -> Self {
        // Not before the events of the tests, because a fact of the future is refused.
        let clock = Clock::fixed(Clock::system().now().max(crate::events::time("2026-12-01T00:00:00Z")));
        let oidc = FakeOidc::start(clock.clone(), "mypage", "openid profile email offline_access api").await;
        let database = support::database(&schema()).await;
        let config = config(&database, &oidc, &origin, peers, deadline);
        let app = App::new(config, clock.clone(), CancellationToken::new()).expect("an app");
        support::serve_at(listener, http::router(app.clone()));
        let superuser = database.superuser().await;
        Self { app, base, origin, oidc, clock, database, superuser }
    }

    /// Starts without login's and ad's gRPC.
    pub(crate) async fn alone() -> Self {
        Self::with_peers(NO_LISTENER, NO_LISTENER).await
    }

    pub(crate) fn person(&self) -> TestPerson {
        self.person_of(TenantId::new(&self.clock))
    }

    pub(crate) fn person_of(&self, tenant: TenantId) -> TestPerson {
        TestPerson { tenant, user: UserId::new(&self.clock), session: SessionId::new(&self.clock) }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.base, &self.origin)
    }

    /// Signs the person in.
    pub(crate) async fn signed_in(&self, person: TestPerson) -> Browser {
        self.signed_in_as(person, json!({})).await
    }

    /// Signs the person in with additional claims in the ID token.
    pub(crate) async fn signed_in_as(&self, person: TestPerson, claims: Value) -> Browser {
        let browser = self.browser();
        let to_login = location(&browser.get("/auth/sign-in").await);
        let back = self.oidc.authorize(&to_login, person, &claims);
        let path = back.strip_prefix(&self.origin).expect("back to mypage");
        assert_eq!(location(&browser.get(path).await), "/");
        browser
    }

    pub(crate) fn consumer(&self) -> Consumer {
        consume::consumer(&self.app)
    }

    /// Runs the handler of an event, without Kafka.
    pub(crate) async fn consume<E: Event>(&self, event: &E) -> Result<Outcome, ConsumeError> {
        self.consumer().accept(E::TOPIC.name, self.envelope(event)).await
    }

    pub(crate) fn envelope<E: Event>(&self, event: &E) -> Envelope {
        support::envelope(event, &self.clock)
    }

    pub(crate) fn tombstone<E: Event>(&self, key: &str, tenant_id: TenantId) -> Envelope {
        support::tombstone::<E>(key, tenant_id, &self.clock)
    }

    /// The events in the outbox for the topic, oldest first; `None` is a tombstone.
    pub(crate) async fn published<E: Event>(&self) -> Vec<Option<E>> {
        let rows: Vec<Option<Vec<u8>>> = sqlx::query_scalar("SELECT payload FROM outbox WHERE topic = $1 ORDER BY seq")
            .bind(E::TOPIC.name)
            .fetch_all(&self.superuser)
            .await
            .expect("the outbox");
        rows.into_iter().map(|row| row.map(|payload| E::decode(payload.as_slice()).expect("the event"))).collect()
    }
}

fn config(database: &TestDatabase, oidc: &FakeOidc, origin: &str, (login, ad): (&str, &str), deadline: u64) -> Config {
    let any = "127.0.0.1:0".parse().expect("an address");
    Config {
        addresses: config::ListenAddrs { http_addr: any, grpc_addr: any, ops_addr: any },
        database: database.config(),
        kafka: support::kafka(),
        issuer: oidc.config(),
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: LogFormat::Json, otel_exporter_otlp_endpoint: None },
        client: Client {
            mypage_public_url: origin.parse().expect("an address"),
            mypage_client_id: "mypage".into(),
            mypage_client_secret: "mypage-secret".into(),
            mypage_session_secret: SecretKey::from([7; 32]),
        },
        peers: Peers {
            login_grpc_addrs: login.parse().expect("an address"),
            ad_grpc_addrs: ad.parse().expect("an address"),
            ad_public_url: "http://localhost:8280".parse().expect("an address"),
            mypage_peer_deadline_milliseconds: deadline,
        },
    }
}

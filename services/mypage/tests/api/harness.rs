//! mypage in this process, with a database of its own.

use chassis::{
    clock::Clock,
    config::{self, LogFormat, SecretKey},
    consumer::{ConsumeError, Outcome},
    event::{Envelope, Event, EventId},
    id::{SessionId, TenantId, UserId},
};
use mypage::{
    app::{App, schema},
    config::{Client, Config, Peers},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use support::TestDatabase;
use tokio_util::sync::CancellationToken;

use crate::{
    browser::{Browser, location},
    fake::oidc::{FakeOidc, Somebody},
};

/// Where nobody listens.
pub(crate) const NOBODY: &str = "127.0.0.1:1";

pub(crate) const ORIGIN: &str = "http://localhost:8080";

pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) base: String,
    pub(crate) oidc: FakeOidc,
    pub(crate) clock: Clock,
    pub(crate) database: TestDatabase,
    pub(crate) superuser: PgPool,
}

impl TestApp {
    /// With login's and ad's gRPC at these addresses.
    pub(crate) async fn with_peers(login: &str, ad: &str) -> Self {
        // Far more than they take, so that a slow machine fails nothing.
        Self::with_patience(login, ad, 20_000).await
    }

    /// The same, waiting for them that many milliseconds.
    pub(crate) async fn with_patience(login: &str, ad: &str, deadline: u64) -> Self {
        let clock = Clock::fixed(Clock::system().now());
        let oidc = FakeOidc::start(clock.clone()).await;
        let database = support::database(&schema()).await;
        let config = config(&database, &oidc, (login, ad), deadline);
        let app = App::new(config, clock.clone(), CancellationToken::new()).expect("an app");
        let base = support::serve(app.router()).await;
        let superuser = database.superuser().await;
        Self { app, base, oidc, clock, database, superuser }
    }

    /// With login's and ad's gRPC out of reach.
    pub(crate) async fn alone() -> Self {
        Self::with_peers(NOBODY, NOBODY).await
    }

    pub(crate) fn somebody(&self) -> Somebody {
        self.somebody_of(TenantId::new(&self.clock))
    }

    pub(crate) fn somebody_of(&self, tenant: TenantId) -> Somebody {
        Somebody { tenant, user: UserId::new(&self.clock), session: SessionId::new(&self.clock) }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.base, ORIGIN)
    }

    /// A browser in which that person is signed in.
    pub(crate) async fn signed_in(&self, somebody: Somebody) -> Browser {
        self.signed_in_as(somebody, json!({})).await
    }

    /// The same, with other claims in the ID token.
    pub(crate) async fn signed_in_as(&self, somebody: Somebody, claims: Value) -> Browser {
        let browser = self.browser();
        let to_login = location(&browser.get("/auth/sign-in").await);
        let back = self.oidc.authorize(&to_login, somebody, &claims);
        let path = back.strip_prefix(ORIGIN).expect("back to mypage");
        assert_eq!(location(&browser.get(path).await), "/");
        browser
    }

    /// Lets mypage consume an event, as if it came from Kafka.
    pub(crate) async fn consume<E: Event>(&self, event: &E) -> Result<Outcome, ConsumeError> {
        self.app.consumer().accept(E::TOPIC.name, self.envelope(event)).await
    }

    pub(crate) fn envelope<E: Event>(&self, event: &E) -> Envelope {
        let tenant_id = event.tenant_id().parse().expect("an event names its tenant");
        Envelope { payload: Some(event.encode_to_vec()), ..self.tombstone::<E>(event.key(), tenant_id) }
    }

    pub(crate) fn tombstone<E: Event>(&self, key: &str, tenant_id: TenantId) -> Envelope {
        Envelope {
            id: EventId::new(&self.clock),
            key: key.to_owned(),
            kind: E::full_name(),
            source: "test".into(),
            time: self.clock.now(),
            tenant_id,
            traceparent: None,
            payload: None,
        }
    }

    /// What the outbox holds for that topic, oldest first; nothing is a tombstone.
    pub(crate) async fn published<E: Event>(&self) -> Vec<Option<E>> {
        let rows: Vec<Option<Vec<u8>>> = sqlx::query_scalar("SELECT payload FROM outbox WHERE topic = $1 ORDER BY seq")
            .bind(E::TOPIC.name)
            .fetch_all(&self.superuser)
            .await
            .expect("the outbox");
        rows.into_iter().map(|row| row.map(|payload| E::decode(payload.as_slice()).expect("the event"))).collect()
    }
}

fn config(database: &TestDatabase, oidc: &FakeOidc, (login, ad): (&str, &str), deadline: u64) -> Config {
    let any = "127.0.0.1:0".parse().expect("an address");
    Config {
        addresses: config::ListenAddrs { http_addr: any, grpc_addr: any, ops_addr: any },
        database: database.config(),
        kafka: support::kafka(),
        issuer: oidc.config(),
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: LogFormat::Json, otel_exporter_otlp_endpoint: None },
        client: Client {
            mypage_public_url: ORIGIN.parse().expect("an address"),
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

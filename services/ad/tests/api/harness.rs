//! Starts ad in the test process. Each test has its own database.

use ad::{
    app::{App, schema},
    config::{Checks, Client, Config},
    consume,
    domain::{
        campaign::CampaignId,
        creative::Reviewer,
        money::{Currency, Money},
        serve::{Serve, ServeId},
    },
    grpc, http,
};
use chassis::{
    auth::Role,
    clock::Clock,
    config::{self, LogFormat, SecretKey},
    consumer::{ConsumeError, Consumer, Outcome},
    event::{Envelope, Event},
    id::{TenantId, UserId},
};
use contracts::ad::v1::{Ad, SelectAdsRequest, SelectAdsResponse, ads_client::AdsClient};
use reqwest::{Method, RequestBuilder, Response, redirect::Policy};
use serde_json::{Value, json};
use sqlx::PgPool;
use support::{Issuer, TestDatabase};
use uuid::Uuid;

use crate::events;

pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    pub(crate) database: TestDatabase,
    /// Reads the rows of every tenant.
    pub(crate) superuser: PgPool,
    issuer: Issuer,
    base: String,
    grpc: String,
    client: reqwest::Client,
}

/// A tenant with an admin and a member.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) admin: UserId,
    pub(crate) member: UserId,
    pub(crate) admin_token: String,
    pub(crate) member_token: String,
}

impl TestApp {
    /// Fixed at the current time: the issuer's tokens are valid only now.
    pub(crate) fn clock() -> Clock {
        Clock::fixed(Clock::system().now())
    }

    /// Creatives are approved by rule.
    pub(crate) async fn start() -> Self {
        Self::reviewed_by(Reviewer::Rule).await
    }

    pub(crate) async fn reviewed_by(reviewer: Reviewer) -> Self {
        let issuer = Issuer::start().await;
        Self::with(issuer.config(), issuer, Self::clock(), reviewer).await
    }

    /// Accepts tokens and sign-ins of another issuer.
    pub(crate) async fn trusting(login: config::Issuer, clock: Clock) -> Self {
        Self::with(login, Issuer::start().await, clock, Reviewer::Rule).await
    }

    async fn with(login: config::Issuer, issuer: Issuer, clock: Clock, reviewer: Reviewer) -> Self {
        let database = support::database(&schema()).await;
        let app = App::new(config(database.config(), login, reviewer), clock.clone()).expect("an app");
        let base = support::serve(http::router(app.clone())).await;
        let grpc = support::serve_grpc(grpc::routes(app.clone())).await;
        let superuser = database.superuser().await;
        // Tests check redirects instead of following them.
        let client = reqwest::Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { app, clock, database, superuser, issuer, base, grpc, client }
    }

    /// A second replica: its own index, the same database.
    pub(crate) fn replica(&self) -> App {
        self.replica_by(self.database.config())
    }

    /// A replica that connects to its database in another way.
    pub(crate) fn replica_by(&self, database: config::Database) -> App {
        let config = config(database, self.issuer.config(), self.app.config.ad_review);
        App::new(config, self.clock.clone()).expect("an app")
    }

    pub(crate) async fn tenant(&self, name: &str, currency: &str) -> Tenant {
        let id = TenantId::new(&self.clock);
        self.consume(&events::tenant(id, name, currency, 1)).await.expect("consumed");
        self.tenant_without_event(id)
    }

    /// A tenant without an event from login: ad does not know it yet.
    pub(crate) fn tenant_without_event(&self, id: TenantId) -> Tenant {
        let (admin, member) = (UserId::new(&self.clock), UserId::new(&self.clock));
        let admin_token = self.issuer.person(id, admin, &[Role::Member, Role::Admin]);
        let member_token = self.issuer.person(id, member, &[Role::Member]);
        Tenant { id, admin, member, admin_token, member_token }
    }

    pub(crate) fn service_token(&self) -> String {
        self.issuer.service("mypage")
    }

    pub(crate) fn consumer(&self) -> Consumer {
        consume::consumer(&self.app)
    }

    /// Consumes an event as if it came from Kafka.
    pub(crate) async fn consume<E: Event>(&self, event: &E) -> Result<Outcome, ConsumeError> {
        self.consumer().accept(E::TOPIC.name, self.envelope(event)).await
    }

    pub(crate) async fn consume_tombstone<E: Event>(&self, key: UserId, tenant_id: TenantId) {
        let tombstone = self.tombstone::<E>(&key.to_string(), tenant_id);
        self.consumer().accept(E::TOPIC.name, tombstone).await.expect("consumed");
    }

    pub(crate) fn envelope<E: Event>(&self, event: &E) -> Envelope {
        support::envelope(event, &self.clock)
    }

    pub(crate) fn tombstone<E: Event>(&self, key: &str, tenant_id: TenantId) -> Envelope {
        support::tombstone::<E>(key, tenant_id, &self.clock)
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.base)).bearer_auth(token)
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        json_of(self.request(Method::GET, path, token).send().await.expect("an answer")).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, token: &str, body: &Value) -> (u16, Value) {
        json_of(self.request(method, path, token).json(body).send().await.expect("an answer")).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Sends a request without an access token.
    pub(crate) async fn browse(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.expect("an answer")
    }

    /// Creates a campaign by the API. `change` replaces fields of [`campaign_body`].
    pub(crate) async fn campaign(&self, tenant: &Tenant, change: Value) -> CampaignId {
        let mut body = campaign_body("KRW");
        let fields = body.as_object_mut().expect("an object");
        fields.extend(change.as_object().expect("an object").clone());
        let (status, campaign) = self.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await;
        assert_eq!(status, 201, "{campaign}");
        campaign["campaign_id"].as_str().expect("an id").parse().expect("an id")
    }

    pub(crate) async fn select(&self, token: &str, locale: &str) -> SelectAdsResponse {
        self.app.index.refresh().await.expect("an index");
        let message = SelectAdsRequest {
            placement: "mypage.home".into(),
            locale: locale.into(),
            count: 10,
            without_house_ad: true,
        };
        self.call(token, message).await.expect("an answer")
    }

    /// Selects an ad for a page with one slot, so that the second best campaign sets its price.
    pub(crate) async fn select_one(&self, token: &str) -> Ad {
        self.app.index.refresh().await.expect("an index");
        let message =
            SelectAdsRequest { placement: "mypage.home".into(), locale: "ko".into(), count: 1, without_house_ad: true };
        self.call(token, message).await.expect("an answer").ads.remove(0)
    }

    pub(crate) async fn call(
        &self,
        token: &str,
        message: SelectAdsRequest,
    ) -> Result<SelectAdsResponse, tonic::Status> {
        let mut client = AdsClient::connect(format!("http://{}", self.grpc)).await.expect("a connection");
        let mut request = tonic::Request::new(message);
        request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        client.select_ads(request).await.map(tonic::Response::into_inner)
    }

    /// Makes a serve to the viewer's member, with a price in won.
    pub(crate) fn serve(&self, viewer: &Tenant, advertiser: &Tenant, campaign: CampaignId, won: i64) -> Serve {
        Serve {
            serve_id: ServeId::new(&self.clock),
            campaign_id: campaign,
            creative_id: None,
            advertiser_tenant_id: advertiser.id,
            viewer_tenant_id: viewer.id,
            viewer_user_id: viewer.member,
            price: Money::new(won * 1_000_000, Currency::Krw),
            placement: "mypage.home".into(),
            issued_at: self.clock.now(),
            traceparent: None,
        }
    }

    /// Returns the events of that type in the outbox, oldest first, with their tenants.
    pub(crate) async fn published<E: Event>(&self) -> Vec<(TenantId, E)> {
        let rows: Vec<(Uuid, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT tenant_id, payload FROM outbox WHERE topic = $1 ORDER BY seq")
                .bind(E::TOPIC.name)
                .fetch_all(&self.superuser)
                .await
                .expect("the outbox");
        let decode = |payload: Option<Vec<u8>>| E::decode(payload.expect("a payload").as_slice()).expect("an event");
        rows.into_iter().map(|(tenant, payload)| (TenantId::from(tenant), decode(payload))).collect()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.superuser).await.expect("a number")
    }
}

pub(crate) fn money(units: i64, currency: &str) -> Value {
    json!({ "micros": units * 1_000_000, "currency_code": currency })
}

pub(crate) fn campaign_body(currency: &str) -> Value {
    json!({
        "name": "Spring",
        "headline": "제주의 봄",
        "body": "바다가 보이는 숙소",
        "landing_url": "https://travel.example/jeju",
        "locale": "ko",
        "interests": ["travel"],
        "bid": money(300, currency),
        "daily_budget": money(30_000, currency),
        "open_to_all": true,
    })
}

/// Returns the path of a link. Its host is that of `AD_PUBLIC_URL`, which is not the address of the test's server.
pub(crate) fn path_of(url: &str) -> &str {
    url.strip_prefix("http://ad.test").expect("a link to AD_PUBLIC_URL")
}

async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn config(database: config::Database, issuer: config::Issuer, ad_review: Reviewer) -> Config {
    let any = "127.0.0.1:0".parse().expect("an address");
    Config {
        addresses: config::ListenAddrs { http_addr: any, grpc_addr: any, ops_addr: any },
        database,
        // No broker: tests read the outbox, and pass events to the consumer.
        kafka: config::Kafka { kafka_brokers: "127.0.0.1:9".parse().expect("an address"), topic_prefix: String::new() },
        issuer,
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
        ad_public_url: "http://ad.test".parse().expect("an address"),
        ad_link_secret: vec![SecretKey::from([7; 32])],
        ad_review,
        client: Client {
            ad_client_id: "ad".into(),
            ad_client_secret: "ad-secret".into(),
            ad_session_secret: SecretKey::from([8; 32]),
        },
        checks: Checks { ad_index_compare_seconds: 300, ad_reconcile_seconds: None },
    }
}

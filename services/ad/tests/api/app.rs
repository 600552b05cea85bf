//! ad as the tests run it.

use ad::app::App;
use ad::config::Config;
use ad::domain::campaign::CampaignId;
use ad::domain::money::{Currency, Money};
use ad::domain::serve::{Serve, ServeId};
use chassis::auth::Role;
use chassis::clock::Clock;
use chassis::config::{self, LogFormat, SecretKey};
use chassis::consumer::Outcome;
use chassis::event::{Envelope, Event, EventId};
use chassis::id::{TenantId, UserId};
use contracts::ad::v1::ads_client::AdsClient;
use contracts::ad::v1::{SelectAdsRequest, SelectAdsResponse};
use contracts::login::v1::{TenantChanged, TenantStatus};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// ad, its database and its issuer.
pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    /// Sees every tenant's rows.
    pub(crate) all: PgPool,
    pub(crate) database: support::TestDatabase,
    issuer: support::Issuer,
    base: String,
    grpc: String,
    client: reqwest::Client,
}

/// A tenant that ad has heard of, with an admin and a member.
#[derive(Clone)]
pub(crate) struct Tenant {
    pub(crate) id: TenantId,
    pub(crate) admin: UserId,
    pub(crate) member: UserId,
    pub(crate) admin_token: String,
    pub(crate) member_token: String,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        // It stands still, at a time that the issuer's tokens are good at.
        let clock = Clock::fixed(Clock::system().now());
        let database = support::database(&ad::schema()).await;
        let issuer = support::Issuer::start().await;
        let app = App::new(&config(&database, &issuer), clock.clone()).expect("an app");
        let base = support::serve(app.router()).await;
        let grpc = support::serve_grpc(app.grpc()).await;
        let all = database.superuser().await;
        // A redirect is what a test looks at, not where it goes.
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { app, clock, all, database, issuer, base, grpc, client }
    }

    /// A second replica of the same product: its own memory, the same database.
    pub(crate) fn replica(&self) -> App {
        App::new(&config(&self.database, &self.issuer), self.clock.clone()).expect("an app")
    }

    pub(crate) async fn tenant(&self, name: &str, currency: &str) -> Tenant {
        let id = TenantId::new(&self.clock);
        self.hear(tenant_changed(id, name, currency, 1)).await;
        self.stranger(id)
    }

    /// People of a tenant that ad has not heard of.
    pub(crate) fn stranger(&self, id: TenantId) -> Tenant {
        let (admin, member) = (UserId::new(&self.clock), UserId::new(&self.clock));
        let admin_token = self.issuer.person(id, admin, &[Role::Member, Role::Admin]);
        let member_token = self.issuer.person(id, member, &[Role::Member]);
        Tenant { id, admin, member, admin_token, member_token }
    }

    pub(crate) fn service_token(&self) -> String {
        self.issuer.service("mypage")
    }

    /// Lets ad hear an event, as if it had just been read.
    pub(crate) async fn hear<E: Event>(&self, event: E) -> Outcome {
        let tenant_id = event.tenant_id().parse().expect("a tenant");
        self.accept::<E>(event.key(), tenant_id, Some(event.encode_to_vec())).await
    }

    /// Lets ad hear that something was erased.
    pub(crate) async fn hear_tombstone<E: Event>(&self, key: &str, tenant_id: TenantId) -> Outcome {
        self.accept::<E>(key, tenant_id, None).await
    }

    async fn accept<E: Event>(&self, key: &str, tenant_id: TenantId, payload: Option<Vec<u8>>) -> Outcome {
        let event = Envelope {
            id: EventId::new(&self.clock),
            key: key.into(),
            kind: E::full_name(),
            source: "test".into(),
            time: self.clock.now(),
            tenant_id,
            traceparent: None,
            payload,
        };
        self.app.consumer().accept(E::TOPIC.name, event).await.expect("handled")
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

    /// What a browser asks, without any token.
    pub(crate) async fn browse(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.expect("an answer")
    }

    /// Makes a campaign by the API and answers its id.
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
        let message = SelectAdsRequest { placement: "mypage.home".into(), locale: locale.into(), count: 10 };
        self.call(token, message).await.expect("an answer")
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

    /// A showing as the auction would have made it, at a price of its own.
    pub(crate) fn serve(&self, viewer: &Tenant, advertiser: &Tenant, campaign: CampaignId, won: i64) -> Serve {
        Serve {
            serve_id: ServeId::new(&self.clock),
            campaign_id: campaign,
            advertiser_tenant_id: advertiser.id,
            viewer_tenant_id: viewer.id,
            viewer_user_id: viewer.member,
            price: Money::new(won * 1_000_000, Currency::Krw),
            placement: "mypage.home".into(),
            issued_at: self.clock.now(),
            traceparent: None,
        }
    }

    /// What the outbox has of this event, in order.
    pub(crate) async fn told<E: Event>(&self) -> Vec<(TenantId, E)> {
        let rows: Vec<(Uuid, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT tenant_id, payload FROM outbox WHERE topic = $1 ORDER BY seq")
                .bind(E::TOPIC.name)
                .fetch_all(&self.all)
                .await
                .expect("the outbox");
        let decode = |payload: Option<Vec<u8>>| E::decode(payload.expect("a payload").as_slice()).expect("an event");
        rows.into_iter().map(|(tenant, payload)| (TenantId::from(tenant), decode(payload))).collect()
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.all).await.expect("a number")
    }
}

pub(crate) fn tenant_changed(id: TenantId, name: &str, currency: &str, version: i64) -> TenantChanged {
    TenantChanged {
        tenant_id: id.to_string(),
        slug: name.to_lowercase(),
        name: name.into(),
        locale: "ko".into(),
        time_zone: "Asia/Seoul".into(),
        currency_code: currency.into(),
        status: TenantStatus::Active.into(),
        version,
        changed_at: None,
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

/// The path of a link: tests serve ad at an address of their own.
pub(crate) fn path_of(url: &str) -> &str {
    url.strip_prefix("http://ad.test").expect("a link to AD_PUBLIC_URL")
}

async fn json_of(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

fn config(database: &support::TestDatabase, issuer: &support::Issuer) -> Config {
    let anywhere = "127.0.0.1:0".parse().expect("an address");
    Config {
        addresses: config::ListenAddrs { http_addr: anywhere, grpc_addr: anywhere, ops_addr: anywhere },
        database: database.config(),
        // Nobody asks the broker: events are looked at in the outbox, and heard by hand.
        kafka: config::Kafka { kafka_brokers: "127.0.0.1:9".parse().expect("an address"), topic_prefix: String::new() },
        issuer: issuer.config(),
        lifecycle: config::Lifecycle { drain_delay_seconds: 0, drain_deadline_seconds: 1 },
        telemetry: config::Telemetry { log_format: LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
        ad_public_url: "http://ad.test".parse().expect("an address"),
        ad_link_secret: SecretKey::from([7; 32]),
    }
}

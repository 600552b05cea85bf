//! Starts ad in the test process. Each test has its own database.

use ad::{
    app::{App, schema},
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
    config,
    consumer::{ConsumeError, Consumer, Outcome},
    event::{Envelope, Event},
    id::{TenantId, UserId},
};
use chrono::NaiveTime;
use reqwest::redirect::Policy;
use sqlx::PgPool;
use support::{Issuer, TestDatabase};
use uuid::Uuid;

use crate::{events, settings};

pub(crate) struct TestApp {
    pub(crate) app: App,
    pub(crate) clock: Clock,
    pub(crate) database: TestDatabase,
    /// Reads the rows of every tenant.
    pub(crate) superuser: PgPool,
    pub(crate) issuer: Issuer,
    pub(crate) base: String,
    pub(crate) grpc: String,
    pub(crate) client: reqwest::Client,
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
    /// Fixed at noon in Seoul, so that tests have the same day whenever they run.
    pub(crate) fn clock() -> Clock {
        let noon = NaiveTime::from_hms_opt(3, 0, 0).expect("a time");
        Clock::fixed(Clock::system().now().date_naive().and_time(noon).and_utc())
    }

    /// Creatives are approved by rule.
    pub(crate) async fn start() -> Self {
        Self::reviewed_by(Reviewer::Rule).await
    }

    pub(crate) async fn reviewed_by(reviewer: Reviewer) -> Self {
        let clock = Self::clock();
        let issuer = Issuer::start_at(clock.clone()).await;
        Self::with(issuer.config(), issuer, clock, reviewer).await
    }

    /// Accepts tokens and sign-ins of another issuer.
    pub(crate) async fn trusting(login: config::Issuer, clock: Clock) -> Self {
        Self::with(login, Issuer::start_at(clock.clone()).await, clock, Reviewer::Rule).await
    }

    pub(crate) async fn with(login: config::Issuer, issuer: Issuer, clock: Clock, reviewer: Reviewer) -> Self {
        let database = support::database(&schema()).await;
        let app = App::new(settings::config(database.config(), login, reviewer), clock.clone()).expect("an app");
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
        let config = settings::config(database, self.issuer.config(), self.app.config.ad_review);
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

//! A running ad with campaigns and viewers, made in its database: the events and the API would take minutes.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use chassis::{
    auth::Role,
    clock::Clock,
    id::{TenantId, UserId},
};
use contracts::ad::v1::{SelectAdsRequest, SelectAdsResponse, ads_client::AdsClient};
use serde_json::json;
use sqlx::{AssertSqlSafe, PgPool, postgres::PgPoolOptions};
use support::Issuer;
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

use super::server::{self, Server};
use crate::product::{Product, Setup};

const TENANTS: i32 = 100;
/// People for whom ads are selected.
pub(super) const VIEWERS: usize = 10_000;
/// Ads of one selection.
pub(super) const SLOTS: u32 = 8;
/// Each has its own flow control, as the replicas of another product have.
const CONNECTIONS: usize = 4;

pub(super) struct World {
    pub(super) ad: Product,
    pub(super) issuer: Issuer,
    /// Superuser of ad's database.
    pub(super) database: PgPool,
    people: Vec<(TenantId, UserId)>,
}

/// Calls `SelectAds` of a server for one person after the other.
pub(super) struct Caller {
    clients: Vec<AdsClient<Channel>>,
    tokens: Vec<MetadataValue<Ascii>>,
    next: AtomicUsize,
}

impl World {
    pub(super) async fn start(setup: &Setup) -> Result<Self> {
        let issuer = Issuer::start().await;
        let url = issuer.config().login_public_url.to_string();
        let settings = [("LOGIN_PUBLIC_URL", url.clone()), ("LOGIN_BACKCHANNEL_URL", url)];
        let ad = Product::start("ad", setup, &json!([]), &settings).await?;
        let database = PgPoolOptions::new().max_connections(8).connect(ad.database.as_str()).await?;
        let clock = Clock::system();
        let tenants: Vec<_> = (0..TENANTS).map(|_| TenantId::new(&clock)).collect();
        sqlx::query(
            "INSERT INTO tenant (tenant_id, name, locale, time_zone, currency_code, active, version)
             SELECT id, 'Tenant ' || number, 'ko', 'Asia/Seoul', 'KRW', true, 1
             FROM unnest($1::uuid[]) WITH ORDINALITY AS tenants (id, number)",
        )
        .bind(tenants.iter().map(|tenant| tenant.as_uuid()).collect::<Vec<_>>())
        .execute(&database)
        .await?;
        let people: Vec<_> =
            tenants.iter().cycle().take(VIEWERS).map(|tenant| (*tenant, UserId::new(&clock))).collect();
        // Four of five consent, to two interests.
        sqlx::query(
            "INSERT INTO viewer_preferences (user_id, tenant_id, interests, ad_consent, version)
             SELECT user_id, tenant_id, (ARRAY(SELECT name FROM unnest($3::text[]) AS names (name)
                 ORDER BY hashtext(name || user_id) LIMIT 2)), number % 5 > 0, 1
             FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS people (user_id, tenant_id, number)",
        )
        .bind(people.iter().map(|(_, user)| user.as_uuid()).collect::<Vec<_>>())
        .bind(people.iter().map(|(tenant, _)| tenant.as_uuid()).collect::<Vec<_>>())
        .bind(&INTERESTS[..])
        .execute(&database)
        .await?;
        Ok(Self { ad, issuer, database, people })
    }

    /// Makes `count` campaigns with random targets run, and waits until the index has them. Pauses those that are more.
    pub(super) async fn campaigns(&self, count: u32) -> Result<()> {
        let (pauses, runs) = ("status = 'active' AND number > $1", "status = 'paused' AND number <= $1");
        for (status, which) in [("paused", pauses), ("active", runs)] {
            let sql = format!(
                "UPDATE campaign SET status = '{status}'
                 FROM (SELECT campaign_id, row_number() OVER (ORDER BY name) AS number FROM campaign) AS numbered
                 WHERE campaign.campaign_id = numbered.campaign_id AND {which}"
            );
            sqlx::query(AssertSqlSafe(sql)).bind(i64::from(count)).execute(&self.database).await?;
        }
        // A creative is added by a trigger.
        sqlx::query(
            "INSERT INTO campaign (campaign_id, tenant_id, name, headline, body, landing_url, locale, interests, bid_micros,
                 daily_budget_micros, currency_code, open_to_all, status, version, created_at, updated_at)
             SELECT gen_random_uuid(), tenants[1 + number % cardinality(tenants)], 'Campaign ' || lpad(number::text, 6, '0'),
                 '제주의 봄 ' || number, '바다가 보이는 숙소, 첫 예약은 반값', 'https://travel.example/' || number,
                 CASE WHEN random() < 0.7 THEN 'ko' ELSE 'en' END,
                 ARRAY(SELECT name FROM unnest($2::text[]) AS names (name) WHERE random() < 0.15 AND number > 0),
                 (100 + number * 7919 % 900) * 1000000::bigint, 1000000000000, 'KRW', random() < 0.9, 'active', 1, now(), now()
             FROM generate_series((SELECT count(*) + 1 FROM campaign), $1::bigint) AS number,
                 (SELECT array_agg(tenant_id) FROM tenant) AS all_tenants (tenants)",
        )
        .bind(i64::from(count))
        .bind(&INTERESTS[..])
        .execute(&self.database)
        .await?;
        server::until_metric(&self.ad, "ad_index_campaigns", f64::from(count)).await
    }

    /// Makes a caller of ad with new tokens, which are valid for some minutes.
    pub(super) async fn caller(&self) -> Result<Caller> {
        let server = Server::Ad(&self.ad);
        self.caller_of(&server, &self.people).await
    }

    pub(super) async fn caller_of(&self, server: &Server<'_>, people: &[(TenantId, UserId)]) -> Result<Caller> {
        let address = format!("http://127.0.0.1:{}", server.port());
        let mut clients = vec![];
        for _ in 0..CONNECTIONS {
            clients.push(AdsClient::new(Channel::from_shared(address.clone())?.tcp_nodelay(true).connect().await?));
        }
        let token = |(tenant, user): &(TenantId, UserId)| {
            let token = self.issuer.person(*tenant, *user, &[Role::Member]);
            format!("Bearer {token}").parse().context("a token is a header")
        };
        let tokens = people.iter().map(token).collect::<Result<_>>()?;
        Ok(Caller { clients, tokens, next: AtomicUsize::default() })
    }

    pub(super) fn people(&self) -> &[(TenantId, UserId)] {
        &self.people
    }
}

impl Caller {
    pub(super) async fn select(&self, count: u32) -> Result<SelectAdsResponse> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let message =
            SelectAdsRequest { placement: "mypage.home".into(), locale: "ko".into(), count, without_house_ad: true };
        let mut request = Request::new(message);
        let token = self.tokens[number % self.tokens.len()].clone();
        request.metadata_mut().insert("authorization", token);
        let mut client = self.clients[number % self.clients.len()].clone();
        Ok(client.select_ads(request).await?.into_inner())
    }

    /// Selects once, and checks the number of ads.
    pub(super) async fn call(&self) -> Result<()> {
        let ads = self.select(SLOTS).await?.ads.len();
        ensure!(ads == SLOTS as usize, "{ads} ads instead of {SLOTS}");
        Ok(())
    }
}

const INTERESTS: [&str; 10] = [
    "books_and_literature",
    "food_and_drink",
    "healthy_living",
    "hobbies",
    "home_and_garden",
    "music",
    "sports",
    "style_and_fashion",
    "technology_and_computing",
    "travel",
];

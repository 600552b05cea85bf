//! The price of a click when the campaign has changed since the auction, and campaigns that no longer run.

use ad::{
    domain::{
        campaign::{CampaignId, Expected},
        delivery::{DeliveryKind, Outcome},
        money::{Currency, Money},
        serve::Serve,
    },
    usecase::{campaigns::change_campaign::change_campaign, record_delivery::record_delivery},
};
use chrono::Duration;
use contracts::ad::v1::DeliveryRecorded;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    events,
    harness::{Tenant, TestApp},
    requests::money,
};

/// An advertiser with a campaign that bids 500 won, and a viewer of another tenant.
struct Market {
    test: TestApp,
    advertiser: Tenant,
    viewer: Tenant,
    campaign: CampaignId,
}

impl Market {
    async fn open() -> Self {
        let test = TestApp::start().await;
        let (advertiser, viewer) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
        let campaign = test.campaign(&advertiser, json!({ "bid": money(500, "KRW") })).await;
        Self { test, advertiser, viewer, campaign }
    }

    /// Serves the ad for 401 won, as the auction does when the next bid is 400.
    fn serve(&self) -> Serve {
        self.test.serve(&self.viewer, &self.advertiser, self.campaign, 401)
    }

    async fn change(&self, change: Value) {
        let path = format!("/v1/campaigns/{}", self.campaign);
        let (status, campaign) = self.test.send(Method::PATCH, &path, &self.advertiser.admin_token, &change).await;
        assert_eq!(status, 200, "{campaign}");
    }

    async fn record(&self, kind: DeliveryKind, serve: &Serve) -> Outcome {
        let recorded = record_delivery(&self.test.app, kind, serve).await.expect("recorded");
        assert_eq!(recorded.landing_url, "https://travel.example/jeju", "every click leads on");
        recorded.outcome
    }

    async fn click(&self, serve: &Serve) -> Outcome {
        self.test.seen(serve).await;
        self.record(DeliveryKind::Click, serve).await
    }

    /// Returns the prices in the ledger and the sum of the spending.
    async fn ledger(&self) -> (Vec<i64>, i64) {
        let prices = sqlx::query_scalar("SELECT price_micros / 1000000 FROM charge ORDER BY occurred_at");
        let prices = prices.fetch_all(&self.test.superuser).await.expect("charges");
        let sum = "SELECT coalesce(sum(spent_micros), 0)::bigint / 1000000 FROM campaign_day";
        (prices, self.test.count(sum).await)
    }

    async fn billed_units(&self) -> i64 {
        self.test.count("SELECT count(*) FROM usage_unit").await
    }
}

fn won(units: i64) -> Outcome {
    Outcome::Charged(Money::new(units * 1_000_000, Currency::Krw))
}

#[tokio::test]
async fn the_price_holds_for_30_minutes_and_then_the_present_bid_limits_it() {
    let market = Market::open().await;
    let [early, late] = [market.serve(), market.serve()];
    market.change(json!({ "bid": money(20, "KRW") })).await;
    market.test.clock.advance(Duration::minutes(30) - Duration::seconds(1));
    assert_eq!(market.click(&early).await, won(401));
    market.test.clock.advance(Duration::seconds(1));
    assert_eq!(market.click(&late).await, won(20));
    assert_eq!(market.ledger().await, (vec![401, 20], 421));
    let deliveries = market.test.published::<DeliveryRecorded>().await;
    let charges: Vec<_> =
        deliveries.iter().map(|(_, event)| event.charge.as_ref().map(|charge| charge.micros)).collect();
    assert_eq!(charges, [Some(401_000_000), Some(20_000_000)]);
}

#[tokio::test]
async fn a_higher_bid_does_not_raise_the_price_of_an_old_link() {
    let market = Market::open().await;
    let serve = market.serve();
    market.change(json!({ "bid": money(900, "KRW") })).await;
    market.test.clock.advance(Duration::hours(23));
    assert_eq!(market.click(&serve).await, won(401));
}

#[tokio::test]
async fn a_paused_campaign_is_billed_only_while_its_price_holds() {
    let market = Market::open().await;
    let [early, late] = [market.serve(), market.serve()];
    market.change(json!({ "status": "paused" })).await;
    market.test.clock.advance(Duration::minutes(29));
    assert_eq!(market.record(DeliveryKind::Impression, &early).await, Outcome::Counted);
    assert_eq!(market.click(&early).await, won(401));
    assert_eq!(market.billed_units().await, 2);

    market.test.clock.advance(Duration::minutes(1));
    assert_eq!(market.record(DeliveryKind::Impression, &late).await, Outcome::NotRunning);
    let token = market.test.app.links.token(&late);
    let answer = market.test.browse(&format!("/c/{token}")).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["location"]),
        (303, &"https://travel.example/jeju".parse().expect("a header"))
    );
    assert_eq!(market.click(&late).await, Outcome::Repeated);
    assert_eq!(market.ledger().await, (vec![401], 401));
    assert_eq!(market.billed_units().await, 2, "neither the click nor the impression is billed");
    let deliveries = market.test.published::<DeliveryRecorded>().await;
    assert_eq!(deliveries.len(), 4, "the viewer's timeline has each");
    let charges = deliveries[2..].iter().filter_map(|(_, event)| event.charge.as_ref());
    assert!(charges.map(|charge| charge.micros).all(|micros| micros == 0));
}

#[tokio::test]
async fn a_campaign_that_runs_again_is_billed_again() {
    let market = Market::open().await;
    let serve = market.serve();
    market.change(json!({ "status": "paused" })).await;
    market.change(json!({ "status": "active", "bid": money(300, "KRW") })).await;
    market.test.clock.advance(Duration::hours(1));
    assert_eq!(market.click(&serve).await, won(300));
}

#[tokio::test]
async fn a_budget_that_is_lowered_pays_for_ads_served_before() {
    let market = Market::open().await;
    let day = |units: i64| json!({ "bid": money(units, "KRW"), "daily_budget": money(units, "KRW") });
    let (cheap, dear) = (day(20), json!({ "bid": money(500, "KRW"), "daily_budget": money(30_000, "KRW") }));
    let late = market.serve();
    for below in [cheap.clone(), day(400), cheap] {
        let serve = market.serve();
        market.change(below).await;
        assert_eq!(market.click(&serve).await, won(401));
        market.change(dear.clone()).await;
    }
    market.change(day(20)).await;
    market.test.clock.advance(Duration::seconds(11));
    assert_eq!(market.click(&market.serve()).await, Outcome::OverBudget, "served after the change");
    market.test.clock.advance(Duration::minutes(30));
    assert_eq!(market.click(&late).await, Outcome::OverBudget, "the price holds no more");
    assert_eq!(market.ledger().await, (vec![401; 3], 1_203));
    assert_eq!(market.test.count("SELECT count(*) FROM lowered_budget").await, 1, "of equal budgets the last one");
    market.test.clock.advance(Duration::days(4));
    // Without the API: the access token has expired by now.
    let lower = serde_json::from_value(day(10)).expect("a change");
    change_campaign(&market.test.app, market.advertiser.id, market.campaign, &Expected::Any, &lower)
        .await
        .expect("changed");
    assert_eq!(market.test.count("SELECT min(daily_budget_micros) FROM lowered_budget").await, 20_000_000);
    assert_eq!(market.test.count("SELECT count(*) FROM lowered_budget").await, 1, "others are too old");
}

#[tokio::test]
async fn the_budget_from_before_is_not_exceeded_either() {
    let market = Market::open().await;
    market.change(json!({ "daily_budget": money(900, "KRW") })).await;
    market.test.clock.advance(Duration::minutes(1));
    let serves = [market.serve(), market.serve(), market.serve()];
    market.change(json!({ "daily_budget": money(600, "KRW") })).await;
    market.change(json!({ "daily_budget": money(500, "KRW") })).await;
    market.change(json!({ "daily_budget": money(700, "KRW") })).await;
    let mut outcomes = vec![];
    for serve in &serves {
        outcomes.push(market.click(serve).await);
    }
    assert_eq!(outcomes, [won(401), won(401), Outcome::OverBudget], "900 won at the time of the auction");
}

#[tokio::test]
async fn a_suspended_tenant_is_not_billed_from_the_suspension_on() {
    let market = Market::open().await;
    let [active, paused] = [market.serve(), market.serve()];
    market.test.consume(&events::suspended(market.advertiser.id, "Hangang")).await.expect("consumed");
    assert_eq!(market.record(DeliveryKind::Impression, &active).await, Outcome::NotRunning);
    assert_eq!(market.click(&active).await, Outcome::NotRunning);

    market.change(json!({ "status": "paused" })).await;
    assert_eq!(market.click(&paused).await, Outcome::NotRunning);
    assert_eq!(market.ledger().await, (vec![], 0));
    assert_eq!(market.billed_units().await, 0);
}

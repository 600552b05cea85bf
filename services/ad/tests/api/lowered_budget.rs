//! Budgets that the API lowers while ads are clicked: never more is charged than the highest budget in force.

use ad::{
    domain::{
        campaign::CampaignId,
        delivery::{DeliveryKind, Outcome},
        serve::Serve,
    },
    usecase::{measure_overspend::measure_overspend, record_delivery::record_delivery},
};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{
    harness::{Tenant, TestApp},
    requests::money,
};

/// Price of each click, in won.
const PRICE: i64 = 100;

struct Traffic {
    test: TestApp,
    advertiser: Tenant,
    viewer: Tenant,
    campaign: CampaignId,
}

impl Traffic {
    async fn start(budgets: Value) -> Self {
        let test = TestApp::start().await;
        let (advertiser, viewer) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
        let campaign = test.campaign(&advertiser, budgets).await;
        Self { test, advertiser, viewer, campaign }
    }

    /// Links that were issued `minutes` ago, whose ads were seen.
    async fn links(&self, count: usize, minutes: i64) -> Vec<Serve> {
        let mut links = Vec::new();
        for _ in 0..count {
            let serve = self.test.serve(&self.viewer, &self.advertiser, self.campaign, PRICE);
            let serve = Serve { issued_at: serve.issued_at - Duration::minutes(minutes), ..serve };
            self.test.seen(&serve).await;
            links.push(serve);
        }
        links
    }

    /// Begins to click all links by two replicas.
    fn click(&self, links: Vec<Serve>) -> JoinSet<Outcome> {
        let replicas = [self.test.app.clone(), self.test.replica()];
        let mut clicks = JoinSet::new();
        for (replica, serve) in replicas.iter().cycle().cloned().zip(links) {
            clicks.spawn(async move {
                record_delivery(&replica, DeliveryKind::Click, &serve).await.expect("recorded").outcome
            });
        }
        clicks
    }

    /// Lowers a budget after ten of the clicks, and waits for the others. Returns what was spent when it was lowered, in won.
    async fn lower(&self, budget: Value, mut clicks: JoinSet<Outcome>) -> i64 {
        for _ in 0..10 {
            clicks.join_next().await.expect("a click").expect("an outcome");
        }
        let path = format!("/v1/campaigns/{}", self.campaign);
        let (status, lowered) = self.test.send(Method::PATCH, &path, &self.advertiser.admin_token, &budget).await;
        assert_eq!(status, 200, "{lowered}");
        clicks.join_all().await;
        lowered["spent_today"]["micros"].as_i64().expect("an amount") / 1_000_000
    }

    /// Returns the sum of all charges, in won. Checks that no budget is overspent by ad's own measurement.
    async fn charged(&self) -> i64 {
        assert_eq!(measure_overspend(&self.test.app).await.expect("measured"), []);
        let days = self.test.count("SELECT sum(spent_micros)::bigint FROM campaign_day").await;
        assert_eq!(self.test.count("SELECT sum(price_micros)::bigint FROM charge").await, days);
        days / 1_000_000
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lowered_daily_budget_still_pays_for_ads_that_were_served_before() {
    let traffic = Traffic::start(json!({ "bid": money(PRICE, "KRW"), "daily_budget": money(3_000, "KRW") })).await;
    let mut links = traffic.links(15, 0).await;
    // Ads whose price no longer holds, and ads that are served after the budget was lowered.
    let others = [traffic.links(10, 31).await, traffic.links(10, -1).await].concat();
    links.extend(others);
    let spent = traffic.lower(json!({ "daily_budget": money(1_500, "KRW") }), traffic.click(links)).await;
    let charged = traffic.charged().await;
    assert!(1_500.max(spent) <= charged && charged <= 3_000, "{charged} of which {spent} before");

    traffic.click([traffic.links(10, 31).await, traffic.links(10, -1).await].concat()).join_all().await;
    assert_eq!(traffic.charged().await, charged, "the present budget is spent");
    traffic.click(traffic.links(40, 0).await).join_all().await;
    assert_eq!(traffic.charged().await, 3_000, "the budget of their auction, and no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lowered_total_budget_holds_for_every_ad_at_once() {
    let budgets = json!({
        "bid": money(PRICE, "KRW"), "daily_budget": money(10_000, "KRW"), "total_budget": money(3_000, "KRW"),
    });
    let traffic = Traffic::start(budgets).await;
    let clicks = traffic.click(traffic.links(60, 0).await);
    let spent = traffic.lower(json!({ "total_budget": money(1_500, "KRW") }), clicks).await;
    assert!(spent <= 3_000, "{spent}");
    assert_eq!(traffic.charged().await, spent.max(1_500), "after the change, only up to the new budget");
    traffic.click(traffic.links(10, 0).await).join_all().await;
    assert_eq!(traffic.charged().await, spent.max(1_500));
}

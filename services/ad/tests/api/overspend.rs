//! Spending beyond a budget is found, and a budget that was lowered by its advertiser is none.

use ad::{
    domain::{
        campaign::{CampaignId, Expected},
        delivery::DeliveryKind,
    },
    usecase::{
        campaigns::change_campaign::change_campaign, measure_overspend::measure_overspend,
        record_delivery::record_delivery,
    },
};
use chrono::{Days, Duration, NaiveDate};
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::money,
};

/// Each charge and each change is two minutes after the one before.
struct Spending {
    test: TestApp,
    advertiser: Tenant,
    viewer: Tenant,
    campaign: CampaignId,
}

impl Spending {
    async fn start() -> Self {
        let test = TestApp::start().await;
        let (advertiser, viewer) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
        let budgets = json!({
            "bid": money(500, "KRW"), "daily_budget": money(1_000, "KRW"), "total_budget": money(5_000, "KRW"),
        });
        let campaign = test.campaign(&advertiser, budgets).await;
        let spending = Self { test, advertiser, viewer, campaign };
        spending.charge(400).await;
        spending.charge(500).await;
        spending
    }

    async fn charge(&self, won: i64) {
        self.test.clock.advance(Duration::minutes(2));
        let serve = self.test.serve(&self.viewer, &self.advertiser, self.campaign, won);
        for kind in [DeliveryKind::Impression, DeliveryKind::Click] {
            record_delivery(&self.test.app, kind, &serve).await.expect("recorded");
        }
    }

    async fn change(&self, change: Value) {
        self.test.clock.advance(Duration::minutes(2));
        let change = serde_json::from_value(change).expect("a change");
        change_campaign(&self.test.app, self.advertiser.id, self.campaign, &Expected::Any, &change)
            .await
            .expect("changed");
    }

    async fn execute(&self, sql: &'static str) {
        let changed = sqlx::query(sql).execute(&self.test.superuser).await.expect("executed").rows_affected();
        assert_eq!(changed, 1, "{sql}");
    }

    /// Returns what was overspent, in won, and the day.
    async fn overspent(&self) -> Vec<(Option<NaiveDate>, i64)> {
        let overspent = measure_overspend(&self.test.app).await.expect("measured");
        assert!(overspent.iter().all(|found| found.campaign_id == self.campaign));
        overspent.iter().map(|found| (found.day, found.micros / 1_000_000)).collect()
    }
}

#[tokio::test]
async fn lowered_budgets_are_not_overspent() {
    let spending = Spending::start().await;
    assert_eq!(spending.overspent().await, []);
    spending.change(json!({ "daily_budget": money(800, "KRW") })).await;
    spending.change(json!({ "daily_budget": money(600, "KRW") })).await;
    assert_eq!(spending.overspent().await, [], "the day's highest budget counts");
    spending.change(json!({ "total_budget": money(700, "KRW") })).await;
    assert_eq!(spending.overspent().await, [], "nothing was charged since");
    // The last row explains the days before, too.
    spending.test.clock.advance(Duration::hours(40));
    spending.change(json!({ "daily_budget": money(500, "KRW") })).await;
    assert_eq!(spending.overspent().await, []);
}

#[tokio::test]
async fn a_day_above_every_budget_is_found_for_two_days() {
    let spending = Spending::start().await;
    spending.change(json!({ "daily_budget": money(600, "KRW") })).await;
    spending.execute("UPDATE campaign_day SET spent_micros = 1003000000").await;
    let today = spending.test.clock.now().date_naive();
    let days: Vec<_> = spending.overspent().await;
    assert_eq!(days.iter().map(|(_, won)| *won).collect::<Vec<_>>(), [3]);
    let day = days[0].0.expect("a day");
    assert!(today - Days::new(1) <= day && day <= today + Days::new(1));
    spending.execute("UPDATE campaign_day SET spent_micros = 1000000000").await;
    assert_eq!(spending.overspent().await, [], "corrected");
    spending.execute("UPDATE campaign_day SET spent_micros = 1003000000").await;
    spending.test.clock.advance(Duration::days(4));
    assert_eq!(spending.overspent().await, []);
}

#[tokio::test]
async fn a_total_budget_is_overspent_by_a_charge_since_the_last_change() {
    let spending = Spending::start().await;
    // Not by an advertiser, whose change would have a time.
    spending.execute("UPDATE campaign SET total_budget_micros = 850000000").await;
    assert_eq!(spending.overspent().await, [(None, 50)]);
}

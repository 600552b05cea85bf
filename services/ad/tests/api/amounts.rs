//! Amounts are multiples of the currency's smallest payable amount, wherever they come from.

use ad::domain::{
    delivery::Outcome,
    money::{Currency, Money},
    serve::Serve,
};
use contracts::ad::v1::{CampaignChanged, DeliveryRecorded};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::TestApp,
    requests::{campaign_body, money, path_of},
};

fn micros(micros: i64, currency: &str) -> Value {
    json!({ "micros": micros, "currency_code": currency })
}

/// The fields of a problem, each with its code.
fn refusals(problem: &Value) -> Value {
    let errors = problem["errors"].as_array().expect("errors");
    errors.iter().map(|error| json!([error["field"], error["code"]])).collect()
}

#[tokio::test]
async fn an_amount_that_cannot_be_paid_is_refused() {
    let test = TestApp::start().await;
    for (currency, bid, budget) in [("KRW", 20_300_000, 30_000_500_000), ("USD", 205_000, 600_005_000)] {
        let tenant = test.tenant(currency, currency).await;
        let mut body = campaign_body(currency);
        (body["bid"], body["daily_budget"]) = (micros(bid, currency), micros(budget, currency));
        let expected = json!([["bid.micros", "not_payable"], ["daily_budget.micros", "not_payable"]]);
        let (status, problem) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await;
        assert_eq!((status, refusals(&problem)), (422, expected.clone()));

        let (status, created) =
            test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &campaign_body(currency)).await;
        assert_eq!(status, 201, "{created}");
        let path = format!("/v1/campaigns/{}", created["campaign_id"].as_str().expect("an id"));
        let change = json!({ "bid": body["bid"], "daily_budget": body["daily_budget"] });
        let (status, problem) = test.send(Method::PATCH, &path, &tenant.admin_token, &change).await;
        assert_eq!((status, refusals(&problem)), (422, expected.clone()));
    }
}

#[tokio::test]
async fn an_amount_of_an_earlier_version_counts_rounded_down() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&hangang, json!({})).await;
    test.campaign(&acme, json!({ "headline": "second" })).await;
    let old = "UPDATE campaign SET bid_micros = CASE headline WHEN 'second' THEN 20200000 ELSE 20300000 END,
                   daily_budget_micros = 41900000";
    sqlx::query(old).execute(&test.superuser).await.expect("stored");
    let path = format!("/v1/campaigns/{id}");
    let (_, campaign) = test.get(&path, &hangang.admin_token).await;
    assert_eq!((&campaign["bid"], &campaign["daily_budget"]), (&money(20, "KRW"), &money(41, "KRW")));

    let ad = test.select_one(&acme.member_token).await;
    assert_eq!(ad.campaign_id, id.to_string());
    test.browse(path_of(&ad.impression_url)).await;
    assert_eq!(test.browse(path_of(&ad.click_url)).await.status(), 303);
    // A link of an earlier version, and one click too many: 20 + 20 + 20 won are over the budget of 41.
    let old_link = || Serve { price: Money::new(20_300_000, Currency::Krw), ..test.serve(&acme, &hangang, id, 0) };
    for expected in [Outcome::Charged(Money::new(20_000_000, Currency::Krw)), Outcome::OverBudget] {
        assert_eq!(test.click(&old_link()).await.outcome, expected);
    }

    // The API, the ledger and the events have the same amounts.
    let (_, campaign) = test.get(&path, &hangang.admin_token).await;
    assert_eq!(campaign["spent_today"], money(40, "KRW"));
    let (_, ledger) = test.get("/v1/charges", &hangang.admin_token).await;
    let prices: Vec<_> = ledger["items"].as_array().expect("items").iter().map(|charge| &charge["price"]).collect();
    assert_eq!(prices, [&money(20, "KRW"), &money(20, "KRW")]);
    let campaigns = test.published::<CampaignChanged>().await;
    let (_, last) = campaigns.last().expect("an event");
    let amounts = [&last.bid, &last.daily_budget, &last.spent_today];
    assert_eq!(
        amounts.map(|money| money.as_ref().map(|money| money.micros / 1_000_000)),
        [Some(20), Some(41), Some(40)]
    );
    assert!(amounts.iter().all(|money| money.as_ref().is_some_and(|money| money.micros % 1_000_000 == 0)));
    let deliveries = test.published::<DeliveryRecorded>().await;
    let charges: Vec<_> = deliveries.iter().filter_map(|(_, event)| Some(event.charge.as_ref()?.micros)).collect();
    assert_eq!(charges, [0, 20_000_000, 20_000_000, 0]);
}

use super::*;
use crate::domain::{
    campaign::{Status, limits::MAX_MICROS, new::tests::campaign},
    money::Currency,
};

const APPROVED: Reviews = Reviews { approved: true, pending: false };

/// Bids 300 won, with a budget of 900 won.
fn present() -> Campaign {
    Campaign { daily_budget: Money::new(900_000_000, Currency::Krw), ..campaign() }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 10).expect("a day")
}

fn won(micros: i64) -> Option<Amount> {
    Some(Amount { micros, currency_code: "KRW".into() })
}

/// Applies a JSON body.
fn apply(campaign: &mut Campaign, body: &serde_json::Value) -> Result<(), Vec<FieldError>> {
    let change = serde_json::from_value(body.clone()).expect("a change");
    campaign.apply(&change, APPROVED, today())
}

fn invalid_fields(change: &CampaignChange) -> Vec<String> {
    let errors = present().apply(change, APPROVED, today()).expect_err("an invalid change");
    errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn a_field_that_is_left_out_stays() {
    let mut campaign = present();
    assert_eq!(apply(&mut campaign, &serde_json::json!({})), Ok(()));
    assert_eq!(campaign, present());
    assert_eq!(apply(&mut campaign, &serde_json::json!({ "status": "paused" })), Ok(()));
    assert_eq!(campaign, Campaign { status: Status::Paused, ..present() });
}

#[test]
fn each_field_changes_and_null_removes() {
    let amount = |won: i64| serde_json::json!({ "micros": won * 1_000_000, "currency_code": "KRW" });
    let mut campaign = present();
    let body = serde_json::json!({
        "name": "Autumn", "locale": "en", "interests": [], "open_to_all": false, "bid": amount(400),
        "daily_budget": amount(400), "total_budget": amount(500), "starts_on": "2026-03-11", "ends_on": "2026-03-12",
        "hours": [9], "frequency_cap": 3,
    });
    assert_eq!(apply(&mut campaign, &body), Ok(()));
    assert_eq!((campaign.name.as_str(), campaign.locale.as_str(), campaign.open_to_all), ("Autumn", "en", false));
    assert_eq!(campaign.total_budget, Some(Money::new(500_000_000, Currency::Krw)));
    assert_eq!((campaign.schedule.hours.list(), campaign.frequency_cap), (vec![9], Some(3)));
    assert!(campaign.schedule.starts_on.is_some() && campaign.interests.is_empty());

    let body = serde_json::json!({
        "total_budget": null, "starts_on": null, "ends_on": null, "frequency_cap": null, "hours": [], "name": null,
    });
    assert_eq!(apply(&mut campaign, &body), Ok(()));
    assert_eq!((campaign.total_budget, campaign.frequency_cap), (None, None));
    assert_eq!((campaign.schedule, campaign.name.as_str()), (Schedule::default(), "Autumn"));
}

#[test]
fn a_bid_stays_within_the_budgets_after_the_change() {
    let alone = CampaignChange { bid: won(1_000_000_000), ..CampaignChange::default() };
    assert_eq!(invalid_fields(&alone), ["bid.micros"]);
    let with_budget = CampaignChange { daily_budget: won(1_000_000_000), ..alone };
    assert!(present().apply(&with_budget, APPROVED, today()).is_ok());
    let below = CampaignChange { daily_budget: won(299_000_000), ..CampaignChange::default() };
    assert_eq!(invalid_fields(&below), ["daily_budget.micros"]);
    let mut capped = Campaign { total_budget: Some(Money::new(500_000_000, Currency::Krw)), ..present() };
    assert!(capped.apply(&with_budget, APPROVED, today()).is_err(), "more than the total budget");
}

#[test]
fn every_invalid_field_is_named_at_once() {
    let invalid = CampaignChange {
        status: Some("gone".into()),
        bid: Some(Amount { micros: 300_000_000, currency_code: "USD".into() }),
        daily_budget: won(MAX_MICROS + 1),
        hours: Some(vec![24]),
        frequency_cap: Some(Some(101)),
        ends_on: Some(NaiveDate::from_ymd_opt(2026, 3, 9)),
        ..CampaignChange::default()
    };
    let fields = ["status", "bid.currency_code", "daily_budget.micros", "hours[0]", "ends_on", "frequency_cap"];
    assert_eq!(invalid_fields(&invalid), fields);
}

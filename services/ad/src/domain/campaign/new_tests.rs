use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::{interest::Interest, money::Money};

fn new() -> NewCampaign {
    let amount = |micros| Amount { micros, currency_code: "KRW".into() };
    NewCampaign {
        name: "Spring".into(),
        headline: "제주 3일".into(),
        body: "바다가 보이는 숙소".into(),
        landing_url: "https://trips.example/jeju".into(),
        image: None,
        locale: "ko".into(),
        interests: vec!["travel".into(), "music".into(), "travel".into()],
        bid: amount(300_000_000),
        daily_budget: amount(30_000_000_000),
        total_budget: None,
        open_to_all: true,
        starts_on: None,
        ends_on: None,
        hours: vec![],
        frequency_cap: None,
        status: None,
    }
}

fn check(new: &NewCampaign) -> Result<Campaign, Vec<FieldError>> {
    let (id, tenant) = (CampaignId::from(Uuid::nil()), TenantId::from(Uuid::nil()));
    let terms = (Currency::Krw, DateTime::UNIX_EPOCH.date_naive(), Reviewer::Rule);
    Campaign::new(id, tenant, terms, new, DateTime::UNIX_EPOCH).map(|(campaign, _)| campaign)
}

/// Bids 300 won.
pub(in crate::domain::campaign) fn campaign() -> Campaign {
    check(&new()).expect("a valid campaign")
}

fn invalid_fields(new: &NewCampaign) -> Vec<String> {
    check(new).expect_err("an invalid campaign").into_iter().map(|error| error.field).collect()
}

#[test]
fn a_valid_request_makes_a_campaign() {
    let campaign = campaign();
    assert_eq!(campaign.interests, [Interest::Music, Interest::Travel]);
    assert_eq!(campaign.bid, Money::new(300_000_000, Currency::Krw));
    assert_eq!((campaign.status, campaign.version), (Status::Active, 1));
    assert_eq!((campaign.total_budget, campaign.schedule), (None, Schedule::default()));
    let draft = check(&NewCampaign { status: Some("draft".into()), frequency_cap: Some(100), ..new() });
    let draft = draft.expect("a draft");
    assert_eq!((draft.status, draft.frequency_cap), (Status::Draft, Some(100)));
}

#[test]
fn every_invalid_field_is_named_at_once() {
    let invalid = NewCampaign {
        name: "  ".into(),
        headline: "x".repeat(61),
        body: "two\nlines".into(),
        landing_url: "javascript:alert(1)".into(),
        locale: "fr".into(),
        interests: vec!["travel".into(), "space".into()],
        bid: Amount { micros: 1, currency_code: "KRW".into() },
        daily_budget: Amount { micros: 1, currency_code: "USD".into() },
        total_budget: Some(Amount { micros: 1, currency_code: "KRW".into() }),
        hours: vec![24],
        ends_on: NaiveDate::from_ymd_opt(1960, 1, 1),
        frequency_cap: Some(0),
        status: Some("paused".into()),
        ..new()
    };
    assert_eq!(
        invalid_fields(&invalid),
        [
            "name",
            "headline",
            "body",
            "landing_url",
            "locale",
            "interests[1]",
            "bid.micros",
            "daily_budget.currency_code",
            "total_budget.micros",
            "hours[0]",
            "ends_on",
            "frequency_cap",
            "status"
        ]
    );
}

#[test]
fn invisible_and_reversed_text_is_refused() {
    for unreadable in ["\u{202e}sdA", "\u{200b}", "\u{3164}"] {
        let text = || unreadable.to_owned();
        let invalid = NewCampaign { name: text(), headline: text(), body: text(), ..new() };
        assert_eq!(invalid_fields(&invalid), ["name", "headline", "body"], "{unreadable:?}");
    }
}

#[test]
fn an_amount_that_cannot_be_paid_is_refused() {
    let mut invalid = new();
    invalid.bid.micros = 20_300_000;
    invalid.daily_budget.micros = 30_000_500_000;
    invalid.total_budget = Some(Amount { micros: 30_000_500_000, currency_code: "KRW".into() });
    let errors = check(&invalid).expect_err("an invalid campaign");
    let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
    let fields = ["bid.micros", "daily_budget.micros", "total_budget.micros"];
    assert_eq!(named, fields.map(|field| (field, "not_payable")));
}

#[test]
fn each_budget_covers_at_least_one_bid() {
    let mut invalid = new();
    invalid.daily_budget.micros = invalid.bid.micros - 1;
    invalid.total_budget = Some(invalid.daily_budget.clone());
    assert_eq!(invalid_fields(&invalid), ["daily_budget.micros", "total_budget.micros"]);
}

fn any_day() -> impl Strategy<Value = Option<NaiveDate>> {
    let near = (-40_000..90_000_i32).prop_filter_map("a day", NaiveDate::from_epoch_days);
    prop_oneof![Just(None), near.prop_map(Some), Just(Some(NaiveDate::MIN)), Just(Some(NaiveDate::MAX))]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_targeting_is_accepted_as_it_is_or_refused_by_its_fields(
        locale in prop_oneof![Just("ko".to_owned()), Just("en".to_owned()), ".{0,6}"],
        known in prop::sample::subsequence(Interest::ALL.to_vec(), 0..4),
        unknown in prop_oneof![3 => Just(None), 1 => ".{0,12}".prop_map(Some)],
        hours in prop::collection::vec(prop_oneof![9 => 0..24_u8, 1 => any::<u8>()], 0..30),
        frequency_cap in prop::option::of(any::<u8>()),
        (starts_on, ends_on) in (any_day(), any_day()),
    ) {
        let mut interests = Interest::names(&known);
        interests.extend(unknown);
        let request = NewCampaign { locale, interests, hours, frequency_cap, starts_on, ends_on, ..new() };
        match check(&request) {
            Ok(campaign) => {
                prop_assert_eq!(campaign.locale.as_str(), request.locale);
                prop_assert_eq!(campaign.interests, known);
                let runs = |hour: u8| request.hours.is_empty() || request.hours.contains(&hour);
                prop_assert!((0..24).all(|hour| campaign.schedule.hours.contains(hour.into()) == runs(hour)));
                prop_assert_eq!(campaign.frequency_cap, request.frequency_cap);
                prop_assert!(starts_on.zip(ends_on).is_none_or(|(first, last)| first <= last));
            }
            Err(errors) => {
                let fields = ["locale", "interests[", "hours[", "frequency_cap", "starts_on", "ends_on"];
                let is_one = |error: &FieldError| fields.iter().any(|field| error.field.starts_with(field));
                prop_assert!(!errors.is_empty() && errors.iter().all(is_one), "{:?}", errors);
            }
        }
    }
}

//! Candidates for tests, and an auction that looks at all of them.

use proptest::{prelude::*, sample::subsequence};
use uuid::Uuid;

use super::*;
use crate::domain::{
    auction::{Bidder, Contender, Offer, Viewer, sell},
    interest::Interest,
    money::Currency,
};

const ZONES: [Tz; 3] = [Tz::Asia__Seoul, Tz::America__New_York, Tz::UTC];

pub(crate) fn now() -> DateTime<Utc> {
    "2026-03-02T03:00:00Z".parse().expect("a time")
}

pub(crate) fn tenant(number: u128) -> TenantId {
    TenantId::from(Uuid::from_u128(number))
}

/// A campaign with that number and a bid in won, of an advertiser of its own.
pub(crate) fn campaign(number: u128, won: i64) -> Candidate {
    Candidate {
        campaign_id: CampaignId::from(Uuid::from_u128(number)),
        tenant_id: tenant(number),
        advertiser_name: "Hangang Travel".into(),
        time_zone: Tz::Asia__Seoul,
        schedule: Schedule::default(),
        variants: vec![Variant {
            creative_id: CreativeId::from(Uuid::from_u128(number)),
            headline: format!("ad {number}"),
            body: "body".into(),
            image: None,
            ctr: 10_000,
        }],
        locale: Locale::Ko,
        interests: InterestSet::default(),
        bid: Money::new(won * 1_000_000, Currency::Krw),
        daily_budget: 1_000_000_000_000,
        total_left: None,
        open_to_all: true,
        frequency_cap: None,
        spent: None,
    }
}

pub(crate) fn viewer() -> Viewer {
    Viewer { tenant_id: tenant(1), locale: Locale::Ko, interests: InterestSet::default() }
}

pub(crate) fn any_interests() -> impl Strategy<Value = InterestSet> {
    subsequence(&Interest::ALL[..4], 0..4).prop_map(|interests| interests.into_iter().collect())
}

fn any_locale() -> impl Strategy<Value = Locale> {
    prop_oneof![4 => Just(Locale::Ko), 1 => Just(Locale::En)]
}

pub(crate) fn any_viewer() -> impl Strategy<Value = Viewer> {
    let tenant = (0..4_u128).prop_map(tenant);
    (tenant, any_locale(), any_interests()).prop_map(|(tenant_id, locale, interests)| Viewer {
        tenant_id,
        locale,
        interests,
    })
}

/// The same campaign with other expected click-through rates, one for each creative.
pub(crate) fn with_rates(campaign: Candidate, rates: &[Ppm]) -> Candidate {
    let variant = |ctr: &Ppm| Variant { ctr: *ctr, ..campaign.variants[0].clone() };
    Candidate { variants: rates.iter().map(variant).collect(), ..campaign }
}

/// A campaign of one of a few advertisers. Bids are near each other, so that many are equal.
pub(crate) fn any_campaign(number: u128) -> impl Strategy<Value = Candidate> {
    let money = (0..5_usize, 0..40_i64, 1..5_i64, prop::option::of((0..3_u64, 0..=100_i64)));
    let targets = (0..4_u128, any_locale(), any_interests(), any::<bool>(), 0..3_usize);
    let hours = prop_oneof![3 => Just(Hours::ALL), 1 => any::<i32>().prop_map(Hours::stored)];
    let others = (hours, prop::option::of(0..100_i64), prop::collection::vec(9_998..=10_002_i64, 1..3));
    (money, targets, others).prop_map(move |(money, (owner, locale, interests, open_to_all, zone), others)| {
        let (currency, steps, bids, spent) = money;
        let (hours, total_left, rates) = others;
        let currency = Currency::ALL[currency];
        let bid = currency.floor() + steps * currency.step();
        let time_zone = ZONES[zone];
        let spent = spent.map(|(days, percent)| DaySpent {
            day: day_in(time_zone, now()) + chrono::Days::new(days),
            micros: bid * bids * percent / 100,
        });
        let campaign = Candidate {
            tenant_id: tenant(owner),
            time_zone,
            schedule: Schedule { hours, ..Schedule::default() },
            locale,
            interests,
            bid: Money::new(bid, currency),
            daily_budget: bid * bids,
            total_left: total_left.map(|steps| steps * currency.step()),
            open_to_all,
            spent,
            ..campaign(number, 0)
        };
        with_rates(campaign, &rates)
    })
}

/// Returns the bidders of a viewer's auction by looking at all campaigns.
fn bidders(campaigns: &[(Candidate, Start)], viewer: &Viewer, now: DateTime<Utc>) -> Vec<(Bidder, bool)> {
    let may_see = |(campaign, _): &&(Candidate, Start)| {
        (campaign.open_to_all || campaign.tenant_id == viewer.tenant_id) && campaign.locale == viewer.locale
    };
    let enter = |(campaign, start): &(Candidate, Start)| {
        let matches = !campaign.interests.and(viewer.interests).is_empty();
        campaign.standing(*start, now).bid.map(|bid| (Bidder::new(campaign.clone().into(), bid), matches))
    };
    campaigns.iter().filter(may_see).filter_map(enter).collect()
}

/// Sells slots by looking at all campaigns, each with the start of its pace.
pub(crate) fn sell_paced(
    campaigns: &[(Candidate, Start)],
    viewer: &Viewer,
    now: DateTime<Utc>,
    count: usize,
) -> Vec<Offer> {
    let bidders = bidders(campaigns, viewer, now);
    let mut ranked: Vec<_> = bidders.iter().map(|(bidder, matches)| bidder.enter(*matches)).collect();
    ranked.sort_by_key(Contender::rank);
    sell(ranked, count)
}

/// Sells slots of campaigns whose pace starts now.
pub(crate) fn sell_to(campaigns: &[Candidate], viewer: &Viewer, now: DateTime<Utc>, count: usize) -> Vec<Offer> {
    let campaigns: Vec<_> = campaigns.iter().map(|campaign| (campaign.clone(), campaign.start(now))).collect();
    sell_paced(&campaigns, viewer, now, count)
}

#[test]
fn a_campaign_bids_by_its_budgets_its_schedule_and_its_pace() {
    let midnight = now() - chrono::Duration::hours(12);
    let start = Start { at: midnight, spent: 0 };
    let spent = |won: i64| Some(DaySpent { day: day_in(Tz::Asia__Seoul, now()), micros: won * 1_000_000 });
    let budget = |won: i64| Candidate { daily_budget: won * 1_000_000, ..campaign(1, 300) };
    let hours = chrono::Duration::hours;
    let night = Schedule { hours: Hours::stored(0b11), ..Schedule::default() };
    for (candidate, won, until) in [
        (budget(2_400), Some(300), midnight + hours(24)),
        // Half of the budget and the lead are spent at half past twelve.
        (Candidate { spent: spent(1_300), ..budget(2_400) }, Some(300), midnight + hours(24)),
        (Candidate { spent: spent(1_350), ..budget(2_400) }, None, midnight + chrono::Duration::minutes(750)),
        (Candidate { spent: spent(200), ..budget(450) }, Some(250), midnight + hours(24)),
        (Candidate { spent: spent(450), ..budget(450) }, None, midnight + hours(24)),
        (Candidate { total_left: Some(42_000_000), ..budget(2_400) }, Some(42), midnight + hours(24)),
        (Candidate { total_left: Some(9_000_000), ..budget(2_400) }, None, midnight + hours(24)),
        (Candidate { schedule: night, ..budget(2_400) }, None, midnight + hours(13)),
    ] {
        let standing = candidate.standing(start, now());
        assert_eq!((standing.bid.map(|bid| bid / 1_000_000), standing.until), (won, until), "{candidate:?}");
    }
}

#[test]
fn a_pace_starts_again_with_another_budget_and_not_with_another_bid() {
    let before = campaign(1, 300);
    assert!(campaign(1, 400).keeps_pace(&before));
    assert!(!Candidate { daily_budget: 1, ..before.clone() }.keeps_pace(&before));
}

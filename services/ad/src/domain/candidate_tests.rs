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
        headline: format!("ad {number}"),
        body: "body".into(),
        locale: Locale::Ko,
        interests: InterestSet::default(),
        bid: Money::new(won * 1_000_000, Currency::Krw),
        daily_budget: 1_000_000_000_000,
        open_to_all: true,
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

/// A campaign of one of a few advertisers. Bids are near each other, so that many are equal.
pub(crate) fn any_campaign(number: u128) -> impl Strategy<Value = Candidate> {
    let money = (0..5_usize, 0..40_i64, 1..5_i64, prop::option::of((0..3_u64, 0..=100_i64)));
    let targets = (0..4_u128, any_locale(), any_interests(), any::<bool>(), 0..3_usize);
    (money, targets).prop_map(move |((currency, steps, bids, spent), (owner, locale, interests, open_to_all, zone))| {
        let currency = Currency::ALL[currency];
        let bid = currency.floor() + steps * currency.step();
        let time_zone = ZONES[zone];
        let first = day_in(time_zone, now());
        Candidate {
            tenant_id: tenant(owner),
            time_zone,
            locale,
            interests,
            bid: Money::new(bid, currency),
            daily_budget: bid * bids,
            open_to_all,
            spent: spent.map(|(days, percent)| DaySpent {
                day: first + chrono::Days::new(days),
                micros: bid * bids * percent / 100,
            }),
            ..campaign(number, 0)
        }
    })
}

/// Returns the bidders of a viewer's auction by looking at all campaigns.
pub(crate) fn bidders(campaigns: &[Candidate], viewer: &Viewer, now: DateTime<Utc>) -> Vec<(Bidder, bool)> {
    let may_see = |campaign: &&Candidate| {
        (campaign.open_to_all || campaign.tenant_id == viewer.tenant_id) && campaign.locale == viewer.locale
    };
    let enter = |campaign: &Candidate| {
        let matches = !campaign.interests.and(viewer.interests).is_empty();
        campaign.standing(now).bid.map(|bid| (Bidder::new(campaign.clone().into(), bid), matches))
    };
    campaigns.iter().filter(may_see).filter_map(enter).collect()
}

/// Sells slots by looking at all campaigns.
pub(crate) fn sell_to(campaigns: &[Candidate], viewer: &Viewer, now: DateTime<Utc>, count: usize) -> Vec<Offer> {
    let bidders = bidders(campaigns, viewer, now);
    let mut ranked: Vec<_> = bidders.iter().map(|(bidder, matches)| bidder.enter(*matches)).collect();
    ranked.sort_by_key(Contender::rank);
    sell(ranked, count)
}

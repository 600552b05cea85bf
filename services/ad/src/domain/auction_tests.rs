use proptest::prelude::*;

use super::*;
use crate::domain::{
    campaign::Schedule,
    candidate::tests::{any_campaign, any_interests, any_viewer, campaign, now, sell_to, tenant, viewer, with_rates},
    day::{DaySpent, day_in},
    interest::Interest,
    money::Currency,
};

/// Sells slots of a page in Korean to a viewer without interests.
fn select(campaigns: &[Candidate], count: usize) -> Vec<Offer> {
    sell_to(campaigns, &viewer(), now(), count)
}

fn headlines(offers: &[Offer]) -> Vec<&str> {
    offers.iter().map(|offer| offer.campaign.variants[0].headline.as_str()).collect()
}

fn won(offers: &[Offer]) -> Vec<i64> {
    offers.iter().map(|offer| offer.price.micros / 1_000_000).collect()
}

#[test]
fn every_winner_beats_the_best_bidder_without_a_slot_by_one_won() {
    let campaigns = [campaign(1, 120), campaign(2, 300), campaign(3, 500)];
    let offers = select(&campaigns, 2);
    assert_eq!((headlines(&offers), won(&offers)), (vec!["ad 3", "ad 2"], vec![121, 121]));
    assert_eq!(won(&select(&campaigns, 1)), [301]);
    assert_eq!(won(&select(&campaigns, 3)), [10, 10, 10], "with a slot for each, everyone pays the floor");
}

#[test]
fn of_equal_bids_the_older_goes_first_and_pays_its_bid() {
    let offers = select(&[campaign(2, 300), campaign(1, 300)], 1);
    assert_eq!((headlines(&offers), won(&offers)), (vec!["ad 1"], vec![300]));
}

#[test]
fn an_advertiser_does_not_bid_against_itself() {
    let of_one = |number, won| Candidate { tenant_id: tenant(9), ..campaign(number, won) };
    let campaigns = [of_one(5, 500), of_one(4, 450), campaign(3, 400), of_one(2, 300), campaign(1, 100)];
    assert_eq!(won(&select(&campaigns, 1)), [401], "450 is its own");
    assert_eq!(won(&select(&campaigns, 3)), [101, 101, 301], "300 is its own, but not that of the third");
    assert_eq!(won(&select(&campaigns[..2], 1)), [10]);
}

#[test]
fn a_bid_counts_150_percent_when_an_interest_matches() {
    let interests = [Interest::Travel, Interest::Music].into_iter().collect();
    let campaigns = [Candidate { interests, ..campaign(3, 250) }, campaign(2, 300)];
    let fan = Viewer { interests: [Interest::Travel].into_iter().collect(), ..viewer() };
    let offers = sell_to(&campaigns, &fan, now(), 1);
    // 250 × 1.5 is more than 300. A bid of 200 has the same score as 300, so the price is 201.
    assert_eq!((headlines(&offers), won(&offers)), (vec!["ad 3"], vec![201]));
    assert_eq!(headlines(&select(&campaigns, 1)), ["ad 2"]);
}

#[test]
fn an_ad_that_people_click_wins_by_a_lower_bid_and_pays_less() {
    let campaigns = [with_rates(campaign(1, 200), &[20_000]), campaign(2, 300), campaign(3, 250)];
    // 200 with 2 % are worth as much as 400 with 1 %.
    let offers = select(&campaigns, 2);
    assert_eq!((headlines(&offers), won(&offers)), (vec!["ad 1", "ad 2"], vec![125, 250]));
    let worst = with_rates(campaign(4, 1_000), &[100]);
    assert_eq!(headlines(&select(&[worst, campaign(5, 11)], 1)), ["ad 5"]);
}

#[test]
fn bids_are_compared_by_the_reference_rate_and_paid_in_their_own_currency() {
    let dollars = Candidate { bid: Money::new(500_000, Currency::Usd), ..campaign(1, 0) };
    let offers = select(&[dollars, campaign(2, 400)], 1);
    // 400 won are 0.288 dollars.
    assert_eq!(offers[0].price, Money::new(290_000, Currency::Usd));
}

#[test]
fn a_campaign_bids_at_most_the_rest_of_its_budget_until_midnight() {
    let today = day_in(chrono_tz::Asia::Seoul, now());
    let spent = |left: i64| Candidate {
        daily_budget: 1_000_000_000,
        spent: Some(DaySpent { day: today, micros: 1_000_000_000 - left * 1_000_000 }),
        ..campaign(1, 300)
    };
    assert_eq!(headlines(&select(&[spent(40), campaign(2, 50)], 1)), ["ad 2"]);
    assert!(select(&[spent(9)], 1).is_empty());
    let tomorrow = now() + chrono::Duration::days(1);
    assert_eq!(sell_to(&[spent(0)], &viewer(), tomorrow, 1).len(), 1);
}

/// Campaigns of a few advertisers.
fn market() -> impl Strategy<Value = Vec<Candidate>> {
    (0..12_u128).prop_flat_map(|size| (10..10 + size).map(any_campaign).collect::<Vec<_>>())
}

/// Campaigns of the viewers' language that all may see, each of an advertiser of its own and with a budget that does not bind.
fn single_campaigns() -> impl Strategy<Value = Vec<Candidate>> {
    let campaigns = (2..9_u128).prop_flat_map(|size| (10..10 + size).map(any_campaign).collect::<Vec<_>>());
    campaigns.prop_map(|campaigns| {
        {
            campaigns
                .into_iter()
                .map(|campaign| Candidate { tenant_id: campaign.campaign_id.as_uuid().into(), ..rich(campaign) })
        }
        .collect()
    })
}

fn rich(campaign: Candidate) -> Candidate {
    let budget = i64::from(u32::MAX) * 1_000_000;
    let schedule = Schedule::default();
    Candidate {
        locale: Locale::Ko,
        open_to_all: true,
        daily_budget: budget,
        total_left: None,
        spent: None,
        schedule,
        ..campaign
    }
}

/// What the advertiser gains from the page in a click on each of its ads, if a click is worth the campaign's bid in `worth`.
fn gain(offers: &[Offer], advertiser: TenantId, worth: &[Candidate]) -> i64 {
    let own = offers.iter().filter(|offer| offer.campaign.tenant_id == advertiser);
    own.map(|offer| {
        let campaign = worth.iter().find(|campaign| campaign.campaign_id == offer.campaign.campaign_id);
        campaign.expect("a campaign").bid.micros - offer.price.micros
    })
    .sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_price_can_be_paid(campaigns in market(), viewer in any_viewer(), count in 1..6_usize) {
        for offer in sell_to(&campaigns, &viewer, now(), count) {
            let (campaign, price) = (&offer.campaign, offer.price.micros);
            let currency = campaign.bid.currency;
            prop_assert!(price <= campaign.bid.micros && price >= currency.floor());
            prop_assert!(price <= campaign.standing(campaign.start(now()), now()).bid.expect("a bidder"), "the rest of the budget can pay it");
            prop_assert_eq!(price % currency.step(), 0, "someone can pay it");
            prop_assert!(campaign.open_to_all || campaign.tenant_id == viewer.tenant_id);
            prop_assert_eq!(campaign.locale, viewer.locale);
        }
    }

    #[test]
    fn the_price_is_the_lowest_bid_that_wins(
        campaigns in single_campaigns(), interests in any_interests(), count in 1..6_usize,
    ) {
        let viewer = Viewer { interests, ..viewer() };
        for offer in sell_to(&campaigns, &viewer, now(), count) {
            let wins = |micros| {
                let mut changed = campaigns.clone();
                let own = changed.iter_mut().find(|it| it.campaign_id == offer.campaign.campaign_id).expect("it");
                own.bid.micros = micros;
                let offers = sell_to(&changed, &viewer, now(), count);
                offers.into_iter().find(|it| it.campaign.campaign_id == offer.campaign.campaign_id).map(|it| it.price)
            };
            prop_assert_eq!(wins(offer.price.micros), Some(offer.price));
            prop_assert_eq!(wins(offer.price.micros - offer.price.currency.step()), None);
        }
    }

    #[test]
    fn nobody_gains_by_bidding_other_than_its_value(
        campaigns in single_campaigns(), interests in any_interests(), count in 1..6_usize,
        who in any::<prop::sample::Index>(), steps in 0..80_i64,
    ) {
        let viewer = Viewer { interests, ..viewer() };
        let mut other = campaigns.clone();
        let own = who.get(&campaigns);
        who.get_mut(&mut other).bid.micros = own.bid.currency.floor() + steps * own.bid.currency.step();
        let honest = gain(&sell_to(&campaigns, &viewer, now(), count), own.tenant_id, &campaigns);
        let changed = gain(&sell_to(&other, &viewer, now(), count), own.tenant_id, &campaigns);
        prop_assert!(honest >= changed && honest >= 0, "{honest} and {changed}");
    }

    #[test]
    fn an_advertiser_of_several_campaigns_does_not_gain_a_slot_by_other_bids(
        bids in prop::collection::vec((0..4_u128, 10..50_i64), 2..9), who in any::<prop::sample::Index>(), won in 10..60_i64,
    ) {
        let owned = |(number, (owner, won)): (usize, &(u128, i64))| Candidate {
            tenant_id: tenant(*owner),
            ..campaign(number as u128, *won)
        };
        let campaigns: Vec<_> = bids.iter().enumerate().map(owned).collect();
        let mut other = campaigns.clone();
        who.get_mut(&mut other).bid.micros = won * 1_000_000;
        let own = who.get(&campaigns).tenant_id;
        let honest = gain(&select(&campaigns, 1), own, &campaigns);
        let changed = gain(&select(&other, 1), own, &campaigns);
        prop_assert!(honest >= changed && honest >= 0, "{honest} and {changed}");
    }
}

use super::*;
use crate::domain::money::Currency;

/// A pseudo-random generator with a fixed seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-02T03:00:00Z".parse().expect("a time")
}

fn id(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

fn campaign(number: u128, bid: i64) -> Candidate {
    Candidate {
        campaign_id: CampaignId::from(id(number)),
        tenant_id: TenantId::from(id(1)),
        advertiser_name: "Hangang Travel".into(),
        time_zone: chrono_tz::Asia::Seoul,
        creative_id: CreativeId::from(id(number)),
        headline: format!("ad {number}"),
        body: "body".into(),
        locale: Locale::Ko,
        interests: vec![],
        bid: Money::new(bid * 1_000_000, Currency::Krw),
        daily_budget: 1_000_000_000_000,
        open_to_all: true,
        schedule: Schedule::default(),
        spent: None,
    }
}

fn viewer() -> Viewer {
    Viewer { tenant_id: TenantId::from(id(1)), locale: Locale::Ko, interests: vec![] }
}

fn won(offers: &[Offer<'_>]) -> Vec<i64> {
    offers.iter().map(|offer| offer.price.micros / 1_000_000).collect()
}

#[test]
fn each_pays_one_won_more_than_the_next_bid_and_the_last_pays_the_floor() {
    let campaigns = [campaign(1, 300), campaign(2, 500), campaign(3, 120)];
    let offers = select(&campaigns, &viewer(), now(), 3);
    assert_eq!(
        offers.iter().map(|offer| offer.campaign.headline.as_str()).collect::<Vec<_>>(),
        ["ad 2", "ad 1", "ad 3"]
    );
    assert_eq!(won(&offers), [301, 121, 10]);
}

#[test]
fn the_next_campaign_sets_the_price_even_when_it_is_not_selected() {
    let campaigns = [campaign(1, 300), campaign(2, 500)];
    assert_eq!(won(&select(&campaigns, &viewer(), now(), 1)), [301]);
}

#[test]
fn of_equal_bids_the_older_goes_first_and_pays_its_bid() {
    let campaigns = [campaign(2, 300), campaign(1, 300)];
    let offers = select(&campaigns, &viewer(), now(), 2);
    assert_eq!(offers[0].campaign.headline, "ad 1");
    assert_eq!(won(&offers), [300, 10]);
}

#[test]
fn a_bid_counts_150_percent_when_an_interest_matches() {
    let targeted = Candidate { interests: vec![Interest::Travel, Interest::Music], ..campaign(1, 250) };
    let campaigns = [targeted, campaign(2, 300)];
    let fan = Viewer { interests: vec![Interest::Travel], ..viewer() };
    let offers = select(&campaigns, &fan, now(), 2);
    assert_eq!(offers[0].campaign.headline, "ad 1");
    // 250 × 1.5 is more than 300. A bid of 200 has the same score as 300, so the price is 201.
    assert_eq!(won(&offers), [201, 10]);
    assert_eq!(select(&campaigns, &viewer(), now(), 2)[0].campaign.headline, "ad 2");
}

#[test]
fn bids_are_compared_by_the_reference_rate_and_paid_in_their_own_currency() {
    let dollars = Candidate { bid: Money::new(500_000, Currency::Usd), daily_budget: 5_000_000, ..campaign(1, 0) };
    let campaigns = [dollars, campaign(2, 400)];
    let offers = select(&campaigns, &viewer(), now(), 2);
    // 400 won are 0.288 dollars: rounded up to 29 cents, plus one cent.
    assert_eq!(offers[0].price, Money::new(300_000, Currency::Usd));
    assert_eq!(offers[1].price, Money::new(10_000_000, Currency::Krw));
}

#[test]
fn a_campaign_needs_the_pages_language_and_a_viewer_who_may_see_it() {
    let english = Candidate { locale: Locale::En, ..campaign(1, 300) };
    let own = Candidate { open_to_all: false, ..campaign(2, 300) };
    let foreign = Candidate { open_to_all: false, tenant_id: TenantId::from(id(2)), ..campaign(3, 300) };
    let campaigns = [english, own, foreign];
    let offers = select(&campaigns, &viewer(), now(), 10);
    assert_eq!(offers.len(), 1);
    assert_eq!(offers[0].campaign.headline, "ad 2");
}

#[test]
fn a_campaign_bids_at_most_the_rest_of_its_budget_until_midnight() {
    let today = day_in(chrono_tz::Asia::Seoul, now());
    let spent = |left: i64| Candidate {
        daily_budget: 1_000_000_000,
        spent: Some(DaySpent { day: today, micros: 1_000_000_000 - left * 1_000_000 }),
        ..campaign(1, 300)
    };
    let low = [spent(40), campaign(2, 50)];
    assert_eq!(select(&low, &viewer(), now(), 2)[0].campaign.headline, "ad 2");
    assert!(select(&[spent(9)], &viewer(), now(), 1).is_empty());
    let tomorrow = now() + chrono::Duration::days(1);
    assert_eq!(select(&[spent(0)], &viewer(), tomorrow, 1).len(), 1);
}

fn any_campaign(numbers: &mut Numbers, number: u128) -> Candidate {
    let currency = Currency::ALL[numbers.below(5) as usize];
    let bid = currency.floor() + numbers.below(1_000) as i64 * currency.step() / 3;
    let budget = bid * (1 + numbers.below(4) as i64);
    let spent =
        DaySpent { day: day_in(chrono_tz::Asia::Seoul, now()), micros: numbers.below(budget as u64 + 1) as i64 };
    Candidate {
        tenant_id: TenantId::from(id(1 + u128::from(numbers.below(3)))),
        locale: if numbers.below(2) == 0 { Locale::Ko } else { Locale::En },
        interests: Interest::ALL.into_iter().filter(|_| numbers.below(4) == 0).collect(),
        bid: Money::new(bid, currency),
        daily_budget: budget,
        open_to_all: numbers.below(2) == 0,
        spent: (numbers.below(2) == 0).then_some(spent),
        ..campaign(number, 0)
    }
}

#[test]
fn random_auctions_follow_the_rules_of_rank_and_price() {
    let mut numbers = Numbers(7);
    for _ in 0..2_000 {
        let size = numbers.below(12) as usize;
        let campaigns: Vec<_> = (0..size).map(|n| any_campaign(&mut numbers, n as u128 + 10)).collect();
        let viewer = Viewer { interests: vec![Interest::Travel, Interest::Sports], ..viewer() };
        let offers = select(&campaigns, &viewer, now(), 5);
        assert!(offers.len() <= 5);
        let entered: Vec<_> = offers.iter().map(|o| enter(o.campaign, &viewer, now()).expect("a bidder")).collect();
        for (rank, (offer, bidder)) in offers.iter().zip(&entered).enumerate() {
            let campaign = offer.campaign;
            let spent = campaign.spent.map_or(0, |spent| spent.micros);
            assert!(offer.price.micros <= campaign.bid.micros && offer.price.micros >= campaign.bid.currency.floor());
            assert!(spent + offer.price.micros <= campaign.daily_budget, "the daily budget can pay the price");
            assert_eq!(offer.price.micros % campaign.bid.currency.step(), 0, "someone can pay the price");
            assert!(campaign.open_to_all || campaign.tenant_id == viewer.tenant_id);
            assert_eq!(campaign.locale, viewer.locale);
            if let Some(next) = entered.get(rank + 1) {
                assert!(bidder.score() >= next.score(), "best first");
                let paid = i128::from(offer.price.micros) * bidder.weight();
                assert!(paid >= next.score(), "the price would still have won");
            }
        }
    }
}

#[test]
fn a_higher_bid_does_not_raise_the_winners_price() {
    let mut numbers = Numbers(11);
    for _ in 0..500 {
        let mut campaigns: Vec<_> = (0..6).map(|n| any_campaign(&mut numbers, n + 10)).collect();
        for campaign in &mut campaigns {
            campaign.spent = None;
            campaign.daily_budget = i64::from(u32::MAX) * 1_000_000;
        }
        let Some(first) = select(&campaigns, &viewer(), now(), 1).first().map(|o| (o.campaign.campaign_id, o.price))
        else {
            continue;
        };
        let winner = campaigns.iter_mut().find(|campaign| campaign.campaign_id == first.0).expect("the winner");
        // A winner that is less than a step ahead pays its own bid. With ten steps more, it pays the second price.
        winner.bid.micros += 10 * winner.bid.currency.step();
        let second_price = select(&campaigns, &viewer(), now(), 1)[0].price;
        let winner = campaigns.iter_mut().find(|campaign| campaign.campaign_id == first.0).expect("the winner");
        winner.bid.micros *= 3;
        assert_eq!(select(&campaigns, &viewer(), now(), 1)[0].price, second_price);
    }
}

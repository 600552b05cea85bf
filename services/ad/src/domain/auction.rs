//! Which ads a person sees, and what a click on each will cost: a second-price auction.
//!
//! 1. **Who takes part**: campaigns of the viewer's tenant and those open to all, in the language of the page, whose day has
//!    budget left for at least the floor price. A campaign bids its bid, or what is left of its day where that is less.
//! 2. **Rank**: bid × [`MATCH_PERCENT`] where the campaign aims at one of the viewer's interests. The caller passes interests
//!    only of a person who consented. Bids of different currencies are compared by [`Currency::reference`]; where two are
//!    equal, the older campaign goes first.
//! 3. **Price**: what the campaign would have had to bid to stay ahead of the next one, rounded up to what can be paid, and
//!    one step more; at least the floor and at most its bid. So the price does not depend on the own bid, and bidding what a
//!    click is worth is the best an advertiser can do.

use std::cmp::Reverse;

use chassis::id::TenantId;
use chassis::text::Locale;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::campaign::CampaignId;
use super::day::{DaySpent, day_in, spent_on};
use super::interest::Interest;
use super::money::Money;

/// What an active campaign brings to an auction.
#[derive(Clone, Debug, PartialEq)]
pub struct Servable {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Who advertises, and pays.
    pub tenant_id: TenantId,
    /// The advertiser, for people.
    pub advertiser_name: String,
    /// Where the advertiser's day begins.
    pub time_zone: Tz,
    /// What the ad says first.
    pub headline: String,
    /// What it says then.
    pub body: String,
    /// The language it is in.
    pub locale: Locale,
    /// What it aims at; empty for anyone.
    pub interests: Vec<Interest>,
    /// The most it pays for a click.
    pub bid: Money,
    /// The most micros it pays in a day.
    pub daily_budget: i64,
    /// Whether people of other tenants see it.
    pub open_to_all: bool,
    /// What it has spent on the last day that it spent anything on.
    pub spent: Option<DaySpent>,
}

/// For whom ads are chosen.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// The person's tenant.
    pub tenant_id: TenantId,
    /// The language of the page.
    pub locale: Locale,
    /// What the person likes; empty without consent.
    pub interests: Vec<Interest>,
}

/// An ad that won a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer<'a> {
    /// What is shown.
    pub campaign: &'a Servable,
    /// What a click will cost.
    pub price: Money,
}

/// What a bid is worth in percent when the campaign aims at something the viewer likes.
pub const MATCH_PERCENT: i64 = 150;

struct Bidder<'a> {
    campaign: &'a Servable,
    bid: i64,
    percent: i64,
}

impl Bidder<'_> {
    /// What one micro of this bidder weighs in the ranking.
    fn weight(&self) -> i128 {
        i128::from(self.campaign.bid.currency.reference()) * i128::from(self.percent)
    }

    fn score(&self) -> i128 {
        i128::from(self.bid) * self.weight()
    }

    fn price(&self, next: Option<&Self>) -> Money {
        let currency = self.campaign.bid.currency;
        let step = i128::from(currency.step());
        let needed = next.map_or(0, |next| ceil(next.score(), self.weight()));
        let beats = ceil(needed, step) * step + step;
        let least = if next.is_some() { beats } else { 0 };
        let price = least.max(i128::from(currency.floor())).min(i128::from(self.bid));
        Money::new(i64::try_from(price).expect("at most the bid"), currency)
    }
}

const fn ceil(dividend: i128, divisor: i128) -> i128 {
    (dividend + divisor - 1) / divisor
}

/// The best ads for this viewer now, at most `count`, best first.
#[must_use]
pub fn select<'a>(campaigns: &'a [Servable], viewer: &Viewer, now: DateTime<Utc>, count: usize) -> Vec<Offer<'a>> {
    let mut bidders: Vec<_> = campaigns.iter().filter_map(|campaign| enter(campaign, viewer, now)).collect();
    bidders.sort_by_key(|bidder| (Reverse(bidder.score()), bidder.campaign.campaign_id));
    let offer = |place: usize| {
        let bidder = &bidders[place];
        Offer { campaign: bidder.campaign, price: bidder.price(bidders.get(place + 1)) }
    };
    (0..bidders.len().min(count)).map(offer).collect()
}

fn enter<'a>(campaign: &'a Servable, viewer: &Viewer, now: DateTime<Utc>) -> Option<Bidder<'a>> {
    let may_see = campaign.open_to_all || campaign.tenant_id == viewer.tenant_id;
    if !may_see || campaign.locale != viewer.locale {
        return None;
    }
    let left = campaign.daily_budget - spent_on(day_in(campaign.time_zone, now), campaign.spent);
    let bid = campaign.bid.micros.min(left);
    if bid < campaign.bid.currency.floor() {
        return None;
    }
    let matches = campaign.interests.iter().any(|interest| viewer.interests.contains(interest));
    Some(Bidder { campaign, bid, percent: if matches { MATCH_PERCENT } else { 100 } })
}

#[cfg(test)]
#[path = "auction_tests.rs"]
mod tests;

//! The auction: selects the ads for a page and sets the price of a click on each. It is a second-price auction.
//!
//! 1. **Bidders**: campaigns of the viewer's tenant and campaigns open to all, in the page's language, while they run by their
//!    [`Schedule`]. A campaign enters
//!    with its bid, or with the rest of its daily budget if that is less, rounded down to a payable amount. It does not
//!    enter below the currency's [floor], the lowest price of a click.
//! 2. **Rank**: by score. A score is the bid, times [`MATCH_PERCENT`] if the campaign targets one of the viewer's interests.
//!    [Reference rates] make scores of different currencies comparable. Of two equal scores, the older campaign ranks
//!    first. Without the viewer's consent, the caller passes no interests.
//! 3. **Price**: the bid that equals the score of the next campaign, rounded up to a payable amount, plus one [step]. It is
//!    at least the floor and at most the campaign's own bid. The last campaign pays the floor.
//!
//! The next campaign sets the price. So an advertiser who bids less than a click is worth loses auctions, and does not pay
//! less for a click.
//!
//! [floor]: super::money::Currency::floor
//! [step]: super::money::Currency::step
//! [Reference rates]: super::money::Currency::reference

use std::cmp::Reverse;

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    campaign::{CampaignId, Schedule},
    creative::CreativeId,
    day::{DaySpent, day_in, spent_on},
    interest::Interest,
    money::Money,
};

/// An active campaign with its advertiser, as the index has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub campaign_id: CampaignId,
    /// The advertiser, who pays.
    pub tenant_id: TenantId,
    pub advertiser_name: String,
    /// The advertiser's time zone.
    pub time_zone: Tz,
    /// The creative that is served.
    pub creative_id: CreativeId,
    pub headline: String,
    pub body: String,
    pub locale: Locale,
    /// The interests that the campaign targets; empty for everyone.
    pub interests: Vec<Interest>,
    /// The highest price of a click.
    pub bid: Money,
    /// In micros of the bid's currency.
    pub daily_budget: i64,
    /// Whether the ad is also served to people of other tenants.
    pub open_to_all: bool,
    pub schedule: Schedule,
    /// The last day with spending.
    pub spent: Option<DaySpent>,
}

/// The person and the page for which ads are selected.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub tenant_id: TenantId,
    /// The language of the page.
    pub locale: Locale,
    /// Empty without consent.
    pub interests: Vec<Interest>,
}

/// A selected ad.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer<'a> {
    pub campaign: &'a Candidate,
    /// The price of a click.
    pub price: Money,
}

/// The weight in percent of a bid that matches one of the viewer's interests.
pub const MATCH_PERCENT: i64 = 150;

struct Bidder<'a> {
    campaign: &'a Candidate,
    bid: i64,
    percent: i64,
}

impl Bidder<'_> {
    /// The factor from the bid to the score.
    fn weight(&self) -> i128 {
        i128::from(self.campaign.bid.currency.reference()) * i128::from(self.percent)
    }

    fn score(&self) -> i128 {
        i128::from(self.bid) * self.weight()
    }

    fn price(&self, next: Option<&Self>) -> Money {
        let currency = self.campaign.bid.currency;
        let step = i128::from(currency.step());
        let above = |next: &Self| {
            let equal = ceil(next.score(), self.weight());
            ceil(equal, step) * step + step
        };
        let price = next.map_or(0, above).max(i128::from(currency.floor())).min(i128::from(self.bid));
        Money::new(i64::try_from(price).expect("at most the bid"), currency)
    }
}

const fn ceil(dividend: i128, divisor: i128) -> i128 {
    (dividend + divisor - 1) / divisor
}

/// Returns at most `count` ads for the viewer, best first.
pub fn select<'a>(campaigns: &'a [Candidate], viewer: &Viewer, now: DateTime<Utc>, count: usize) -> Vec<Offer<'a>> {
    let mut bidders: Vec<_> = campaigns.iter().filter_map(|campaign| enter(campaign, viewer, now)).collect();
    bidders.sort_by_key(|bidder| (Reverse(bidder.score()), bidder.campaign.campaign_id));
    let offer = |rank: usize| {
        let bidder = &bidders[rank];
        Offer { campaign: bidder.campaign, price: bidder.price(bidders.get(rank + 1)) }
    };
    (0..bidders.len().min(count)).map(offer).collect()
}

/// Returns the campaign as a bidder; `None` if the viewer may not see it, it does not run now or today's budget is spent.
fn enter<'a>(campaign: &'a Candidate, viewer: &Viewer, now: DateTime<Utc>) -> Option<Bidder<'a>> {
    let may_see = campaign.open_to_all || campaign.tenant_id == viewer.tenant_id;
    if !may_see || campaign.locale != viewer.locale || !campaign.schedule.includes(now, campaign.time_zone) {
        return None;
    }
    let left = campaign.daily_budget - spent_on(day_in(campaign.time_zone, now), campaign.spent);
    let currency = campaign.bid.currency;
    let bid = currency.round_down(campaign.bid.micros.min(left));
    if bid < currency.floor() {
        return None;
    }
    let matches = campaign.interests.iter().any(|interest| viewer.interests.contains(interest));
    Some(Bidder { campaign, bid, percent: if matches { MATCH_PERCENT } else { 100 } })
}

#[cfg(test)]
#[path = "auction_tests.rs"]
mod tests;

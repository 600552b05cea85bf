//! The auction: sells the slots of a page to the best bidders, and sets the price of a click on each ad.
//!
//! 1. **Bidders**: campaigns of the viewer's tenant and campaigns open to all, in the page's language, while they run by their
//!    schedule and their [pace]. A campaign bids its [standing], the rest of its budgets if that is less than its bid. It does
//!    not bid below the currency's [floor], the lowest price of a click.
//! 2. **Rank**: by score. A score is the bid times the expected [click-through rate], what a slot is worth, times
//!    [`MATCH_PERCENT`] if the campaign targets one of the viewer's interests. [Reference rates] make scores of different currencies comparable. Of two equal scores, the older campaign ranks
//!    first. Without the viewer's consent, the caller passes no interests.
//! 3. **Price**: slots count alike, so one rule holds for all of them. A winner pays the lowest payable bid that beats the
//!    best bidder without a slot, and at least the floor. Campaigns of the winner's own advertiser do not count: an
//!    advertiser does not bid against itself.
//!
//! The price does not depend on the winner's own bid. So an advertiser cannot gain by bidding more or less than a click is
//! worth to it (docs/decisions/0030).
//!
//! [standing]: super::candidate::Candidate::standing
//! [pace]: super::pacing
//! [click-through rate]: super::ctr
//! [floor]: super::money::Currency::floor
//! [Reference rates]: super::money::Currency::reference

use std::{cmp::Reverse, sync::Arc};

use chassis::{id::TenantId, text::Locale};

use super::{campaign::CampaignId, candidate::Candidate, interest::InterestSet, money::Money};

/// The person and the page.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub tenant_id: TenantId,
    pub locale: Locale,
    /// The interests of a viewer who consented; empty for others.
    pub interests: InterestSet,
}

/// A campaign that won a slot.
#[derive(Clone, Debug)]
pub struct Offer {
    pub campaign: Arc<Candidate>,
    /// The price of a click.
    pub price: Money,
}

/// The percentage that a bid counts if the campaign targets one of the viewer's interests.
pub const MATCH_PERCENT: i64 = 150;

/// A campaign with its present bid.
#[derive(Debug, PartialEq)]
pub struct Bidder {
    pub campaign: Arc<Candidate>,
    bid: i64,
    /// The factor from the bid to the score.
    weight: i128,
}

/// The order of bidders, best first.
pub type Rank = (Reverse<i128>, CampaignId);

impl Bidder {
    /// `bid` is a payable amount, at least the currency's floor.
    pub fn new(campaign: Arc<Candidate>, bid: i64) -> Self {
        let weight = i128::from(campaign.bid.currency.reference()) * i128::from(campaign.ctr());
        Self { campaign, bid, weight }
    }

    /// The rank among bidders that all match the viewer's interests, or all do not.
    pub fn rank(&self) -> Rank {
        (Reverse(i128::from(self.bid) * self.weight), self.campaign.campaign_id)
    }

    /// Enters an auction. `matches` says whether the campaign targets one of the viewer's interests.
    pub fn enter(&self, matches: bool) -> Contender<'_> {
        Contender { bidder: self, percent: if matches { MATCH_PERCENT } else { 100 } }
    }
}

/// A bidder in the auction for one viewer.
#[derive(Clone, Copy, Debug)]
pub struct Contender<'a> {
    bidder: &'a Bidder,
    percent: i64,
}

impl<'a> Contender<'a> {
    pub fn campaign(&self) -> &'a Arc<Candidate> {
        &self.bidder.campaign
    }

    /// The factor from the bid to the score.
    fn weight(&self) -> i128 {
        self.bidder.weight * i128::from(self.percent)
    }

    pub fn rank(&self) -> Rank {
        (Reverse(i128::from(self.bidder.bid) * self.weight()), self.campaign().campaign_id)
    }

    fn is_rival_of(&self, other: &Self) -> bool {
        self.campaign().tenant_id != other.campaign().tenant_id
    }

    /// Returns the lowest payable amount that beats the rival, at least the floor.
    fn price(&self, rival: Option<&Self>) -> Money {
        let currency = self.campaign().bid.currency;
        let beats = |rival: &Self| {
            let (Reverse(score), id) = rival.rank();
            let (equal, rest) = (score / self.weight(), score % self.weight());
            let is_enough = rest == 0 && self.campaign().campaign_id < id;
            let micros = if is_enough { equal } else { equal + 1 };
            let step = i128::from(currency.step());
            (micros + step - 1) / step * step
        };
        let price = rival.map_or(0, beats).max(i128::from(currency.floor()));
        Money::new(i64::try_from(price).expect("at most the bid"), currency)
    }
}

/// Sells at most `count` slots to contenders, which come in the order of their ranks. Takes no more of them than needed.
pub fn sell<'a>(ranked: impl IntoIterator<Item = Contender<'a>>, count: usize) -> Vec<Offer> {
    let mut ranked = ranked.into_iter();
    let winners: Vec<_> = ranked.by_ref().take(count).collect();
    let best = ranked.next();
    // The best one that sets the price of its own advertiser's winners.
    let other = best.filter(|best| winners.iter().any(|winner| !winner.is_rival_of(best)));
    let other = other.and_then(|best| ranked.find(|contender| contender.is_rival_of(&best)));
    let offer = |winner: &Contender<'a>| {
        let rival = best.filter(|best| winner.is_rival_of(best)).or(other);
        Offer { campaign: Arc::clone(winner.campaign()), price: winner.price(rival.as_ref()) }
    };
    winners.iter().map(offer).collect()
}

#[cfg(test)]
#[path = "auction_tests.rs"]
mod tests;

//! Merges the lists of a viewer into one order, lazily: an auction takes only the first few campaigns.

use std::{
    cmp::{Ordering, Reverse},
    collections::{BinaryHeap, binary_heap::PeekMut, btree_map::Values},
    sync::Arc,
};

use chrono::{DateTime, Utc};

use super::lists::{Listed, Order};
use crate::domain::{
    auction::{Contender, Rank},
    interest::{Interest, InterestSet},
};

/// The campaigns for a viewer, best first, each once.
#[derive(Debug)]
pub(super) struct Ranking<'a> {
    heads: BinaryHeap<Reverse<Head<'a>>>,
    interests: InterestSet,
    now: DateTime<Utc>,
}

/// The best campaign of a list that was not taken yet.
#[derive(Debug)]
struct Head<'a> {
    rank: Rank,
    listed: &'a Listed,
    contender: Contender<'a>,
    /// The interest of the viewer that each campaign of the list targets; `None` for the list of all campaigns.
    interest: Option<Interest>,
    rest: Values<'a, Rank, Arc<Listed>>,
}

impl<'a> Head<'a> {
    fn next(interest: Option<Interest>, mut rest: Values<'a, Rank, Arc<Listed>>) -> Option<Self> {
        let listed = rest.next()?;
        let contender = listed.bidder.enter(interest.is_some());
        Some(Self { rank: contender.rank(), listed, contender, interest, rest })
    }

    /// Reports whether the campaign counts in this list: each counts in one, the first of those that match.
    fn counts(&self, interests: InterestSet) -> bool {
        self.contender.campaign().interests.and(interests).iter().next() == self.interest
    }
}

impl<'a> Ranking<'a> {
    pub(super) fn new(
        lists: impl Iterator<Item = (Option<Interest>, &'a Order)>,
        interests: InterestSet,
        now: DateTime<Utc>,
    ) -> Self {
        let heads = lists.filter_map(|(interest, order)| Head::next(interest, order.values())).map(Reverse).collect();
        Self { heads, interests, now }
    }
}

impl<'a> Iterator for Ranking<'a> {
    type Item = Contender<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut best = self.heads.peek_mut()?;
            let next = Head::next(best.0.interest, best.0.rest.clone());
            let head = match next {
                Some(next) => std::mem::replace(&mut best.0, next),
                None => PeekMut::pop(best).0,
            };
            // A campaign that is in several lists is passed over at most once for each. Its matching lists come first.
            if head.counts(self.interests) && head.still_bids(self.now) {
                return Some(head.contender);
            }
        }
    }
}

impl Head<'_> {
    /// Looks again at a campaign whose standing may have changed: the index is up to a moment late.
    fn still_bids(&self, now: DateTime<Utc>) -> bool {
        let Listed { bidder, start, until } = self.listed;
        now < *until || bidder.campaign.standing(*start, now).bid.is_some()
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Head<'_> {}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

//! The data of the index, without the database.
//!
//! Campaigns are cut by who may see them and by language. Each cut has lists in the order of the auction: one of all its
//! campaigns, and one for each interest with those that target it. So the best campaigns for a viewer are at the heads of
//! a few lists ([`super::ranking`]), and a change of a campaign moves it in a few lists.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    iter,
    sync::Arc,
};

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, Utc};

use super::ranking::Ranking;
use crate::domain::{
    auction::{Bidder, Rank, Viewer},
    campaign::CampaignId,
    candidate::Candidate,
    interest::Interest,
    pacing::Start,
};

/// A bidder in a list, until its standing has to be looked at again.
#[derive(Debug, PartialEq)]
pub(super) struct Listed {
    pub(super) bidder: Bidder,
    pub(super) start: Start,
    pub(super) until: DateTime<Utc>,
}

/// Who may see a campaign: people of one tenant, or all people if `tenant` is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Cut {
    tenant: Option<TenantId>,
    locale: Locale,
}

impl Cut {
    fn of(campaign: &Candidate) -> Self {
        let tenant = (!campaign.open_to_all).then_some(campaign.tenant_id);
        Self { tenant, locale: campaign.locale }
    }
}

pub(super) type Order = BTreeMap<Rank, Arc<Listed>>;

#[derive(Debug, Default, PartialEq)]
struct Orders {
    all: Order,
    by_interest: [Order; Interest::ALL.len()],
}

#[derive(Debug, PartialEq)]
struct Entry {
    campaign: Arc<Candidate>,
    start: Start,
    until: DateTime<Utc>,
    /// The rank in the lists; `None` if the campaign bids nothing now.
    rank: Option<Rank>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct Lists {
    // Trees: a hash table copies itself when it grows, and selections would wait for it.
    entries: BTreeMap<CampaignId, Entry>,
    orders: HashMap<Cut, Orders>,
    /// When to look at the standing of a campaign again.
    due: BTreeSet<(DateTime<Utc>, CampaignId)>,
}

impl Lists {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = CampaignId> {
        self.entries.keys().copied()
    }

    /// Inserts a campaign or replaces it. Returns `false` if it is in the index as it is.
    pub(super) fn set(&mut self, campaign: Candidate, now: DateTime<Utc>) -> bool {
        let before = self.entries.get(&campaign.campaign_id);
        if before.is_some_and(|entry| *entry.campaign == campaign) {
            return false;
        }
        let start = before.filter(|entry| campaign.keeps_pace(&entry.campaign)).map(|entry| entry.start);
        let start = start.unwrap_or_else(|| campaign.start(now));
        self.remove(campaign.campaign_id);
        self.insert(Arc::new(campaign), start, now);
        true
    }

    /// Returns `false` if the index does not have the campaign.
    pub(super) fn remove(&mut self, id: CampaignId) -> bool {
        let Some(entry) = self.entries.remove(&id) else { return false };
        self.due.remove(&(entry.until, id));
        if let Some(rank) = entry.rank {
            self.unlist(&entry.campaign, &rank);
        }
        true
    }

    /// Looks again at the standing of at most `count` campaigns for which it may have changed by now. Returns `false` when
    /// none is left.
    pub(super) fn tick(&mut self, now: DateTime<Utc>, count: usize) -> bool {
        for _ in 0..count {
            let Some((_, id)) = self.due.first().filter(|(until, _)| *until <= now).copied() else { return false };
            let entry = self.entries.get(&id).map(|entry| (Arc::clone(&entry.campaign), entry.start));
            self.remove(id);
            entry.into_iter().for_each(|(campaign, start)| self.insert(campaign, start, now));
        }
        true
    }

    /// Returns the campaigns for the viewer, best first.
    pub(super) fn ranked(&self, viewer: Viewer, now: DateTime<Utc>) -> Ranking<'_> {
        let cuts = [None, Some(viewer.tenant_id)].map(|tenant| Cut { tenant, locale: viewer.locale });
        let orders = cuts.iter().filter_map(|cut| self.orders.get(cut));
        let lists = orders.flat_map(|orders| {
            let matching = viewer.interests.iter().map(|it| (Some(it), &orders.by_interest[it as usize]));
            iter::once((None, &orders.all)).chain(matching)
        });
        Ranking::new(lists, viewer.interests, now)
    }

    /// Inserts a campaign that the index does not have. `start` is the start of its pace.
    pub(super) fn insert(&mut self, campaign: Arc<Candidate>, start: Start, now: DateTime<Utc>) {
        let standing = campaign.standing(start, now);
        let bidder = standing.bid.map(|bid| Bidder::new(Arc::clone(&campaign), bid));
        let rank = bidder.as_ref().map(Bidder::rank);
        if let Some(bidder) = bidder {
            self.list(Listed { bidder, start, until: standing.until });
        }
        self.due.insert((standing.until, campaign.campaign_id));
        self.entries.insert(campaign.campaign_id, Entry { campaign, start, until: standing.until, rank });
    }

    fn list(&mut self, listed: Listed) {
        let (rank, listed) = (listed.bidder.rank(), Arc::new(listed));
        let campaign = &listed.bidder.campaign;
        let orders = self.orders.entry(Cut::of(campaign)).or_default();
        for interest in campaign.interests.iter() {
            orders.by_interest[interest as usize].insert(rank, Arc::clone(&listed));
        }
        orders.all.insert(rank, listed);
    }

    fn unlist(&mut self, campaign: &Candidate, rank: &Rank) {
        let cut = Cut::of(campaign);
        let Some(orders) = self.orders.get_mut(&cut) else { return };
        for interest in campaign.interests.iter() {
            orders.by_interest[interest as usize].remove(rank);
        }
        orders.all.remove(rank);
        if orders.all.is_empty() {
            self.orders.remove(&cut);
        }
    }
}

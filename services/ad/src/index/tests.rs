use std::sync::Arc;

use chrono::Duration;
use proptest::prelude::*;

use super::lists::Lists;
use crate::domain::{
    auction::{Offer, sell},
    campaign::CampaignId,
    candidate::{
        Candidate,
        tests::{any_campaign, any_viewer, now, sell_paced},
    },
    day::{DaySpent, day_in, spent_on},
    money::Money,
    pacing::Start,
};

#[derive(Clone, Debug)]
enum Step {
    Set(Box<Candidate>),
    /// A campaign spends some percent of its budget.
    Spend(prop::sample::Index, i64),
    Remove(CampaignId),
    Wait(Duration),
}

fn any_step() -> impl Strategy<Value = Step> {
    let campaign = (0..12_u128).prop_flat_map(any_campaign);
    prop_oneof![
        4 => campaign.clone().prop_map(|campaign| Step::Set(campaign.into())),
        4 => (any::<prop::sample::Index>(), 0..30_i64).prop_map(|(which, percent)| Step::Spend(which, percent)),
        1 => campaign.prop_map(|campaign| Step::Remove(campaign.campaign_id)),
        2 => (0..2_000_i64).prop_map(|minutes| Step::Wait(Duration::minutes(minutes))),
    ]
}

/// The campaigns in a list, each with the start of its pace.
#[derive(Default)]
struct Naive(Vec<(Candidate, Start)>);

impl Naive {
    fn set(&mut self, campaign: Candidate, now: chrono::DateTime<chrono::Utc>) {
        let before = self.remove(campaign.campaign_id);
        let start = before.filter(|(before, _)| campaign.keeps_pace(before)).map(|(_, start)| start);
        let start = start.unwrap_or_else(|| campaign.start(now));
        self.0.push((campaign, start));
    }

    fn remove(&mut self, id: CampaignId) -> Option<(Candidate, Start)> {
        let place = self.0.iter().position(|(campaign, _)| campaign.campaign_id == id)?;
        Some(self.0.swap_remove(place))
    }
}

fn won(offers: &[Offer]) -> Vec<(CampaignId, Money)> {
    offers.iter().map(|offer| (offer.campaign.campaign_id, offer.price)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_any_changes_the_index_equals_one_built_anew_and_sells_what_a_look_at_all_sells(
        steps in prop::collection::vec(any_step(), 0..60),
        viewers in prop::collection::vec((any_viewer(), 1..6_usize), 1..8),
    ) {
        let (mut lists, mut naive, mut now) = (Lists::default(), Naive::default(), now());
        for step in steps {
            let changed = match step {
                Step::Set(campaign) => Some(*campaign),
                Step::Spend(which, percent) if !naive.0.is_empty() => {
                    let mut campaign = which.get(&naive.0).0.clone();
                    let today = day_in(campaign.time_zone, now);
                    let micros = spent_on(today, campaign.spent) + campaign.daily_budget * percent / 100;
                    campaign.spent = Some(DaySpent { day: today, micros: micros.min(campaign.daily_budget) });
                    Some(campaign)
                }
                Step::Spend(..) => None,
                Step::Remove(id) => {
                    prop_assert_eq!(lists.remove(id), naive.remove(id).is_some());
                    None
                }
                Step::Wait(time) => {
                    now += time;
                    None
                }
            };
            if let Some(campaign) = changed {
                naive.set(campaign.clone(), now);
                lists.set(campaign.clone(), now);
                prop_assert!(!lists.set(campaign, now), "nothing changed");
            }
        }
        while lists.tick(now, 2) {}
        let mut anew = Lists::default();
        for (campaign, start) in &naive.0 {
            anew.insert(Arc::new(campaign.clone()), *start, now);
        }
        prop_assert_eq!(&lists, &anew);
        for (viewer, count) in viewers {
            let offers = sell(lists.ranked(viewer, now), count);
            prop_assert_eq!(won(&offers), won(&sell_paced(&naive.0, &viewer, now, count)));
        }
        for (campaign, _) in &naive.0 {
            lists.remove(campaign.campaign_id);
        }
        prop_assert_eq!(&lists, &Lists::default(), "nothing is left of a campaign that was removed");
    }
}

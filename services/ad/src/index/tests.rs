use chrono::Duration;
use proptest::prelude::*;

use super::lists::Lists;
use crate::domain::{
    auction::{Offer, sell},
    campaign::CampaignId,
    candidate::{
        Candidate,
        tests::{any_campaign, any_viewer, now, sell_to},
    },
    money::Money,
};

#[derive(Clone, Debug)]
enum Step {
    Set(Box<Candidate>),
    Remove(CampaignId),
    Wait(Duration),
}

fn any_step() -> impl Strategy<Value = Step> {
    let campaign = (0..12_u128).prop_flat_map(any_campaign);
    prop_oneof![
        6 => campaign.clone().prop_map(|campaign| Step::Set(campaign.into())),
        1 => campaign.prop_map(|campaign| Step::Remove(campaign.campaign_id)),
        1 => (0..3_000_i64).prop_map(|minutes| Step::Wait(Duration::minutes(minutes))),
    ]
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
        let (mut lists, mut campaigns, mut now) = (Lists::default(), vec![], now());
        for step in steps {
            match step {
                Step::Set(campaign) => {
                    campaigns.retain(|other: &Candidate| other.campaign_id != campaign.campaign_id);
                    campaigns.push((*campaign).clone());
                    lists.set(*campaign, now);
                }
                Step::Remove(id) => {
                    campaigns.retain(|other| other.campaign_id != id);
                    lists.remove(id);
                }
                Step::Wait(time) => now += time,
            }
        }
        while lists.tick(now, 2) {}
        let mut anew = Lists::default();
        for campaign in &campaigns {
            prop_assert!(anew.set(campaign.clone(), now));
            prop_assert!(!anew.set(campaign.clone(), now));
        }
        prop_assert_eq!(&lists, &anew);
        for (viewer, count) in viewers {
            let offers = sell(lists.ranked(viewer, now), count);
            prop_assert_eq!(won(&offers), won(&sell_to(&campaigns, &viewer, now, count)));
        }
        for campaign in &campaigns {
            lists.remove(campaign.campaign_id);
        }
        prop_assert_eq!(&lists, &Lists::default(), "nothing is left of a campaign that was removed");
    }
}

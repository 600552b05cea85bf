//! How often a person saw each campaign: what frequency caps are compared with.

use std::collections::HashMap;

use chrono::Duration;

use super::campaign::CampaignId;

/// Longer than any day, also than one on which clocks are turned back.
pub const LONGER_THAN_A_DAY: Duration = Duration::hours(26);

/// The impressions of one person on one day.
#[derive(Clone, Debug, Default)]
pub struct Seen(HashMap<CampaignId, u16>);

impl Seen {
    /// Reports whether one more impression of the campaign keeps the cap.
    pub fn allows(&self, campaign: CampaignId, cap: u8) -> bool {
        self.0.get(&campaign).is_none_or(|count| *count < u16::from(cap))
    }

    pub fn add(&mut self, campaign: CampaignId) {
        let count = self.0.entry(campaign).or_default();
        *count = count.saturating_add(1);
    }

    /// The number of campaigns.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<CampaignId> for Seen {
    fn from_iter<I: IntoIterator<Item = CampaignId>>(impressions: I) -> Self {
        let mut seen = Self::default();
        impressions.into_iter().for_each(|campaign| seen.add(campaign));
        seen
    }
}

#[cfg(test)]
mod tests {
    use chassis::clock::Clock;

    use super::*;

    #[test]
    fn a_cap_is_reached_by_its_own_campaign_only() {
        let clock = Clock::system();
        let (one, other) = (CampaignId::new(&clock), CampaignId::new(&clock));
        let mut seen: Seen = [one].into_iter().collect();
        assert!(seen.allows(one, 2) && !seen.allows(one, 1) && seen.allows(other, 1));
        seen.add(one);
        assert!(!seen.allows(one, 2));
        assert_eq!(seen.len(), 1);
    }
}

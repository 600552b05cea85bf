//! What a selection may use of a person who consented.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::{campaign::CampaignId, day::day_in, interest::InterestSet, seen::Seen};

/// The interests of a person, and the impressions of the person's day. There is none of a person without consent.
#[derive(Debug)]
pub struct Consented {
    pub interests: InterestSet,
    /// The time zone of the person's tenant.
    zone: Tz,
    day: NaiveDate,
    seen: Mutex<Seen>,
}

impl Consented {
    /// `impressions` are the person's, at least of the day that `now` is in.
    pub fn new(
        interests: InterestSet,
        zone: Tz,
        now: DateTime<Utc>,
        impressions: impl IntoIterator<Item = (CampaignId, DateTime<Utc>)>,
    ) -> Self {
        let day = day_in(zone, now);
        let seen = impressions.into_iter().filter(|(_, at)| day_in(zone, *at) == day).map(|(campaign, _)| campaign);
        Self { interests, zone, day, seen: Mutex::new(seen.collect()) }
    }

    /// Reports whether the impressions are those of the day that `now` is in.
    pub fn is_of_day(&self, now: DateTime<Utc>) -> bool {
        day_in(self.zone, now) == self.day
    }

    /// The impressions. Held while ads are selected, so that two selections do not both use the last one of a cap.
    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use chassis::clock::Clock;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn impressions_count_on_the_day_of_the_persons_tenant() {
        let now = at("2026-03-02T03:00:00Z");
        let campaign = CampaignId::new(&Clock::fixed(now));
        let times = ["2026-03-01T14:59:59Z", "2026-03-01T15:00:00Z", "2026-03-02T02:00:00Z"];
        let impressions = times.map(|time| (campaign, at(time)));
        let consented = Consented::new(InterestSet::default(), Tz::Asia__Seoul, now, impressions);
        assert!(consented.seen().allows(campaign, 3) && !consented.seen().allows(campaign, 2));
        assert!(consented.is_of_day(at("2026-03-02T14:59:59Z")));
        assert!(!consented.is_of_day(at("2026-03-02T15:00:00Z")));
    }
}

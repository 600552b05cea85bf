//! The time zones in which a tenant's months are counted. A change holds from the next month on: a closed month never
//! changes, and no moment is in two months or in none.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::month::{Month, midnight};

/// At least one zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZones {
    /// Of the months before the first change.
    first: Tz,
    /// Each zone with its first month, oldest first.
    changes: Vec<(Month, Tz)>,
}

impl TimeZones {
    /// `stored` is sorted by month. The first zone also holds for all months before its own; `None` for no zone.
    pub fn new(stored: Vec<(Month, Tz)>) -> Option<Self> {
        Some(Self { first: stored.first()?.1, changes: stored })
    }

    pub fn only(zone: Tz) -> Self {
        Self { first: zone, changes: vec![] }
    }

    /// The zone of a month.
    pub fn of(&self, month: Month) -> Tz {
        self.changes.iter().rev().find(|(from, _)| *from <= month).map_or(self.first, |(_, zone)| *zone)
    }

    pub fn latest(&self) -> Tz {
        self.changes.last().map_or(self.first, |(_, zone)| *zone)
    }

    /// The start of a month (inclusive) and its end (exclusive). A month ends at midnight in its own zone, and the next
    /// one starts then.
    pub fn bounds(&self, month: Month) -> (DateTime<Utc>, DateTime<Utc>) {
        (midnight(month.first_day(), self.of(month.previous())), midnight(month.next().first_day(), self.of(month)))
    }

    /// The start (inclusive) and the end (exclusive) of each day of a month. Together they are the month.
    pub fn days(&self, month: Month) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let ((start, end), zone) = (self.bounds(month), self.of(month));
        // After a change of the time zone, the month begins later or earlier than its first day.
        let mut starts: Vec<_> = month.days().map(|day| midnight(day, zone).max(start)).collect();
        starts[0] = start;
        let ends: Vec<_> = starts.iter().skip(1).copied().chain([end]).collect();
        starts.into_iter().zip(ends).collect()
    }

    /// The month of a moment.
    pub fn month_at(&self, time: DateTime<Utc>) -> Month {
        // A zone is less than a day from UTC.
        let near = Month::at(time, Tz::UTC);
        let contains = |month: &Month| {
            let (start, end) = self.bounds(*month);
            (start..end).contains(&time)
        };
        [near.previous(), near.next()].into_iter().find(contains).unwrap_or(near)
    }

    /// The first month of a zone that the tenant changed to at `changed_at`: the next one. A change that arrives more than
    /// a month late holds from the present month on, because the others are closed.
    pub fn from_month(&self, changed_at: DateTime<Utc>, now: DateTime<Utc>) -> Month {
        let next = self.month_at(changed_at).next().max(self.month_at(now));
        self.changes.last().map_or(next, |(last, _)| next.max(*last))
    }

    /// These zones, with a change that is not stored yet.
    #[must_use]
    pub fn then(mut self, from: Month, zone: Tz) -> Self {
        self.changes.retain(|(month, _)| *month < from);
        self.changes.push((from, zone));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEOUL: Tz = Tz::Asia__Seoul;
    const NEW_YORK: Tz = Tz::America__New_York;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn a_change_holds_from_the_next_month_on() {
        let before = TimeZones::only(SEOUL);
        let changed_at = time("2026-11-20T00:00:00Z");
        let from = before.from_month(changed_at, changed_at);
        let after = before.clone().then(from, NEW_YORK);
        for closed in ["2026-10", "2026-11"] {
            assert_eq!(after.bounds(month(closed)), before.bounds(month(closed)), "{closed}");
        }
        let december = (time("2026-11-30T15:00:00Z"), time("2027-01-01T05:00:00Z"));
        assert_eq!(after.bounds(month("2026-12")), december);
        assert_eq!((after.of(month("2026-11")), after.of(month("2026-12"))), (SEOUL, NEW_YORK));
    }

    #[test]
    fn a_month_with_a_change_to_summer_time_is_an_hour_shorter() {
        let (start, end) = TimeZones::only(NEW_YORK).bounds(month("2026-03"));
        assert_eq!(end - start, chrono::Duration::hours(31 * 24 - 1));
    }

    #[test]
    fn every_moment_is_in_exactly_one_month() {
        for (first, second) in [(SEOUL, NEW_YORK), (NEW_YORK, SEOUL)] {
            let zones = TimeZones::only(first).then(month("2026-12"), second);
            for name in ["2026-10", "2026-11", "2026-12", "2027-01"] {
                let (start, end) = zones.bounds(month(name));
                assert_eq!(end, zones.bounds(month(name).next()).0, "{name}");
                let moment = chrono::Duration::microseconds(1);
                for at in [start, end - moment] {
                    assert_eq!(zones.month_at(at), month(name), "{at}");
                }
            }
        }
    }

    #[test]
    fn a_late_change_leaves_closed_months_alone_and_a_second_one_replaces_the_first() {
        let zones = TimeZones::only(SEOUL);
        let now = time("2026-11-20T00:00:00Z");
        assert_eq!(zones.from_month(time("2026-05-02T00:00:00Z"), now), month("2026-11"));
        assert_eq!(zones.from_month(time("2026-10-20T00:00:00Z"), now), month("2026-11"));
        let zones = zones.then(month("2026-12"), NEW_YORK);
        assert_eq!(
            zones.from_month(time("2026-10-20T00:00:00Z"), now),
            month("2026-12"),
            "not before an earlier change"
        );
        assert_eq!(zones.then(month("2026-12"), SEOUL), TimeZones::only(SEOUL).then(month("2026-12"), SEOUL));
    }

    #[test]
    fn the_days_of_a_month_are_the_month() {
        let zones = TimeZones::only(NEW_YORK);
        let days = zones.days("2026-03".parse().expect("a month"));
        assert_eq!(days.len(), 31);
        // Summer time begins on 8 March.
        assert_eq!(days[7], (time("2026-03-08T05:00:00Z"), time("2026-03-09T04:00:00Z")));
        let far = [Tz::Etc__GMTPlus12, Tz::Pacific__Kiritimati];
        for (before, after) in [(SEOUL, NEW_YORK), (far[0], far[1]), (far[1], far[0])] {
            let month = "2028-02".parse().expect("a month");
            let zones = TimeZones::only(before).then(month, after);
            let days = zones.days(month);
            assert_eq!((days.len(), days[0].0, days[28].1), (29, zones.bounds(month).0, zones.bounds(month).1));
            assert!(days.iter().all(|(start, end)| start <= end), "{days:?}");
            assert!(days.windows(2).all(|pair| pair[0].1 == pair[1].0), "{days:?}");
        }
    }
}

//! Days as a tenant counts them: budgets begin anew at its midnight.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// The time zone of an IANA name.
#[must_use]
pub fn time_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// The day it is there at that time.
#[must_use]
pub fn day_in(zone: Tz, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// What was spent on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpent {
    /// The day.
    pub day: NaiveDate,
    /// The micros spent on it.
    pub micros: i64,
}

/// What is spent of `today`, going by the last day that anything was spent on.
#[must_use]
pub fn spent_on(today: NaiveDate, last: Option<DaySpent>) -> i64 {
    last.filter(|spent| spent.day == today).map_or(0, |spent| spent.micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn the_day_turns_at_the_tenants_midnight() {
        let seoul = time_zone("Asia/Seoul").expect("a zone");
        assert_eq!(day_in(seoul, at("2026-03-01T14:59:59Z")).to_string(), "2026-03-01");
        assert_eq!(day_in(seoul, at("2026-03-01T15:00:00Z")).to_string(), "2026-03-02");
    }

    #[test]
    fn a_day_with_a_clock_change_is_one_day() {
        let new_york = time_zone("America/New_York").expect("a zone");
        assert_eq!(day_in(new_york, at("2026-03-08T05:00:00Z")).to_string(), "2026-03-08");
        assert_eq!(day_in(new_york, at("2026-03-09T03:59:59Z")).to_string(), "2026-03-08");
        assert_eq!(day_in(new_york, at("2026-03-09T04:00:00Z")).to_string(), "2026-03-09");
    }

    #[test]
    fn yesterdays_spending_does_not_count_today() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let yesterday = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        assert_eq!(spent_on(today, None), 0);
        assert_eq!(spent_on(today, Some(DaySpent { day: yesterday, micros: 5 })), 0);
        assert_eq!(spent_on(today, Some(DaySpent { day: today, micros: 5 })), 5);
    }

    #[test]
    fn an_unknown_zone_is_none() {
        assert!(time_zone("Mars/Olympus").is_none());
    }
}

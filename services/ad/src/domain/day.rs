//! Days in a tenant's time zone. At the tenant's midnight, the whole daily budget is available again.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// Returns the date in a time zone.
pub fn day_in(zone: Tz, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// The amount spent on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpent {
    pub day: NaiveDate,
    pub micros: i64,
}

/// Returns the micros spent `today`, given the last day with spending.
pub fn spent_on(today: NaiveDate, last: Option<DaySpent>) -> i64 {
    last.filter(|spent| spent.day == today).map_or(0, |spent| spent.micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEOUL: Tz = Tz::Asia__Seoul;
    const NEW_YORK: Tz = Tz::America__New_York;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn the_day_changes_at_the_tenants_midnight() {
        assert_eq!(day_in(SEOUL, at("2026-03-01T14:59:59Z")).to_string(), "2026-03-01");
        assert_eq!(day_in(SEOUL, at("2026-03-01T15:00:00Z")).to_string(), "2026-03-02");
    }

    #[test]
    fn a_day_with_a_clock_change_is_one_day() {
        assert_eq!(day_in(NEW_YORK, at("2026-03-08T05:00:00Z")).to_string(), "2026-03-08");
        assert_eq!(day_in(NEW_YORK, at("2026-03-09T03:59:59Z")).to_string(), "2026-03-08");
        assert_eq!(day_in(NEW_YORK, at("2026-03-09T04:00:00Z")).to_string(), "2026-03-09");
    }

    #[test]
    fn yesterdays_spending_does_not_count_today() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let yesterday = NaiveDate::from_ymd_opt(2026, 3, 1).expect("a day");
        assert_eq!(spent_on(today, None), 0);
        assert_eq!(spent_on(today, Some(DaySpent { day: yesterday, micros: 5 })), 0);
        assert_eq!(spent_on(today, Some(DaySpent { day: today, micros: 5 })), 5);
    }
}

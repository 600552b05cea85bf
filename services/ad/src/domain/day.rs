//! Days in a tenant's time zone. At the tenant's midnight, the whole daily budget is available again.

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::Tz;

/// Returns the date in a time zone.
pub fn day_in(zone: Tz, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// Returns the first instant of a day in a time zone.
pub fn start_of(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    // A clock change can skip midnight. The day then begins when the skipped time is over.
    let first =
        (0..).find_map(|quarter| zone.from_local_datetime(&(midnight + Duration::minutes(15 * quarter))).earliest());
    first.map_or_else(|| midnight.and_utc(), |first| first.with_timezone(&Utc))
}

/// Returns the first instant of the day after `day`.
pub fn next_day(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    start_of(zone, day + Days::new(1))
}

/// Returns the start of the next hour in a time zone.
pub fn next_hour(zone: Tz, now: DateTime<Utc>) -> DateTime<Utc> {
    let local = now.with_timezone(&zone).time();
    let past = Duration::seconds(i64::from(local.minute() * 60 + local.second()));
    now - past - Duration::nanoseconds(i64::from(local.nanosecond())) + Duration::hours(1)
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
    fn a_day_starts_at_midnight_or_when_the_skipped_time_is_over() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(start_of(SEOUL, day("2026-03-02")), at("2026-03-01T15:00:00Z"));
        assert_eq!(next_day(NEW_YORK, day("2026-03-08")), at("2026-03-09T04:00:00Z"));
        // In Santiago, clocks go from midnight to 1 o'clock, and at the end of summer from midnight back to 23 o'clock.
        assert_eq!(start_of(Tz::America__Santiago, day("2026-09-06")), at("2026-09-06T04:00:00Z"));
        assert_eq!(next_day(Tz::America__Santiago, day("2026-04-04")), at("2026-04-05T04:00:00Z"));
        // Samoa had no 30 December 2011.
        assert_eq!(start_of(Tz::Pacific__Apia, day("2011-12-30")), at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn an_hour_starts_by_the_clock_of_the_time_zone() {
        assert_eq!(next_hour(SEOUL, at("2026-03-01T14:59:59.5Z")), at("2026-03-01T15:00:00Z"));
        assert_eq!(next_hour(SEOUL, at("2026-03-01T15:00:00Z")), at("2026-03-01T16:00:00Z"));
        assert_eq!(next_hour(Tz::Asia__Kathmandu, at("2026-03-01T15:00:00Z")), at("2026-03-01T15:15:00Z"));
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

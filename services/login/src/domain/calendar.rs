//! Days and months in the time zone of a tenant.

use std::time;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// The local time in a time zone.
pub fn local(time_zone: &str, now: DateTime<Utc>) -> DateTime<Tz> {
    now.with_timezone(&zone(time_zone))
}

pub fn day(time_zone: &str, now: DateTime<Utc>) -> NaiveDate {
    local(time_zone, now).date_naive()
}

/// The first day of the month in a time zone.
pub fn month(time_zone: &str, now: DateTime<Utc>) -> NaiveDate {
    let day = day(time_zone, now);
    day.with_day(1).unwrap_or(day)
}

/// The time until the next midnight in a time zone, at least one second.
pub fn rest_of_day(time_zone: &str, now: DateTime<Utc>) -> time::Duration {
    let tomorrow = (day(time_zone, now) + Days::new(1)).and_time(NaiveTime::MIN);
    // Where clocks move forward at midnight, the day begins one hour later.
    let zone = zone(time_zone);
    let starts = zone.from_local_datetime(&tomorrow).earliest();
    let starts = starts.or_else(|| zone.from_local_datetime(&(tomorrow + Duration::hours(1))).earliest());
    let left = starts.map_or(Duration::days(1), |starts| starts.with_timezone(&Utc) - now);
    left.to_std().unwrap_or_default().max(time::Duration::from_secs(1))
}

/// The time zone of a stored name. One that only a newer release knows is read as UTC.
fn zone(name: &str) -> Tz {
    name.parse().unwrap_or(chrono_tz::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn days_and_months_follow_the_tenants_time_zone() {
        let new_year = at("2026-12-31T15:00:00Z");
        assert_eq!(day("Asia/Seoul", new_year).to_string(), "2027-01-01");
        assert_eq!(month("Asia/Seoul", new_year).to_string(), "2027-01-01");
        assert_eq!(month("Etc/UTC", new_year).to_string(), "2026-12-01");
    }

    #[test]
    fn a_day_lasts_until_the_tenants_midnight() {
        assert_eq!(rest_of_day("Asia/Seoul", at("2026-05-04T14:59:30Z")).as_secs(), 30);
        assert_eq!(rest_of_day("Asia/Seoul", at("2026-05-04T15:00:00Z")).as_secs(), 24 * 3600);
        // In Beirut that night clocks went from 24:00 to 1:00; in Berlin that day had 25 hours.
        assert_eq!(rest_of_day("Asia/Beirut", at("2022-03-26T21:59:59Z")).as_secs(), 1);
        assert_eq!(rest_of_day("Europe/Berlin", at("2026-10-24T22:00:00Z")).as_secs(), 25 * 3600);
    }
}

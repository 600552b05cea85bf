//! Calendar months and days.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// Written "2026-11".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    /// Before all others: 1 January of year 1.
    pub const FIRST: Self = Self(NaiveDate::from_ymd_opt(1, 1, 1).expect("a date"));

    /// The month of a day.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.with_day(1).expect("every month has a first day"))
    }

    pub fn at(time: DateTime<Utc>, zone: Tz) -> Self {
        Self::of(time.with_timezone(&zone).date_naive())
    }

    /// The same month at the start of the calendar.
    pub fn previous(self) -> Self {
        Self(self.0.checked_sub_months(Months::new(1)).unwrap_or(self.0))
    }

    /// The same month at the end of the calendar.
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(Months::new(1)).unwrap_or(self.0))
    }

    pub fn first_day(self) -> NaiveDate {
        self.0
    }

    pub fn days(self) -> impl Iterator<Item = NaiveDate> {
        self.0.iter_days().take_while(move |day| Self::of(*day) == self)
    }
}

/// The start of a day: later than 00:00 where a change to summer time skips midnight.
pub fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let start = date.and_time(NaiveTime::MIN);
    (0..=24)
        .filter_map(|hour| (start + chrono::Duration::hours(hour)).and_local_timezone(zone).earliest())
        .next()
        .map_or_else(|| start.and_utc(), |time| time.with_timezone(&Utc))
}

pub fn today_and_yesterday(time: DateTime<Utc>, zone: Tz) -> (NaiveDate, NaiveDate) {
    let today = time.with_timezone(&zone).date_naive();
    (today, today.checked_sub_days(Days::new(1)).unwrap_or(today))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a month such as 2026-11")]
pub struct InvalidMonth;

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // chrono would also accept signs and years of other lengths.
        let well_formed = text.len() == 7
            && text.bytes().enumerate().all(|(i, b)| (i == 4) == (b == b'-') && (i == 4 || b.is_ascii_digit()));
        if !well_formed {
            return Err(InvalidMonth);
        }
        NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").map(Self).map_err(|_| InvalidMonth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn a_month_follows_the_time_zone() {
        let seoul = Tz::Asia__Seoul;
        assert_eq!(Month::at(time("2026-10-31T14:59:59Z"), seoul).to_string(), "2026-10");
        assert_eq!(Month::at(time("2026-10-31T15:00:00Z"), seoul).to_string(), "2026-11");
        let november: Month = "2026-11".parse().expect("a month");
        assert_eq!(
            (november.previous().to_string(), november.next().to_string()),
            ("2026-10".into(), "2026-12".into())
        );
    }

    #[test]
    fn a_day_without_midnight_begins_at_one() {
        let date = NaiveDate::from_ymd_opt(2018, 11, 4).expect("a date");
        assert_eq!(midnight(date, Tz::America__Sao_Paulo), time("2018-11-04T03:00:00Z"));
    }

    #[test]
    fn a_month_has_four_digits_and_two() {
        for text in ["", "2026", "2026-13", "2026-1", "12026-01", "2026-11-01", "+026-01"] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
    }
}

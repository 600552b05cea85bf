//! Reports of a campaign: counts and spending by hour, day or month of the tenant's time zone.

use chrono::{DateTime, Datelike, Days, Duration, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

/// The number of months in a report.
const MONTHS: u32 = 12;

/// The length of the periods of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The hours of a day.
    Hour,
    /// The days of a month.
    #[default]
    Day,
    /// Twelve months.
    Month,
}

impl By {
    pub const ALL: [Self; 3] = [Self::Hour, Self::Day, Self::Month];

    /// The name in addresses and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// A period, from its start to before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub start: DateTime<Utc>,
    pub end: DateTime<Utc>,
}

/// What happened in a period. `spent` is micros of the campaign's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub impressions: i64,
    pub clicks: i64,
    pub spent: i64,
}

impl Counts {
    /// Clicks of a thousand impressions; `None` without impressions.
    pub const fn clicks_per_mille(self) -> Option<i64> {
        if self.impressions > 0 { Some(self.clicks.saturating_mul(1_000) / self.impressions) } else { None }
    }

    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            impressions: self.impressions + other.impressions,
            clicks: self.clicks + other.clicks,
            spent: self.spent + other.spent,
        }
    }
}

/// The periods of a report around a day. An hour that a clock change leaves out or repeats is left out or repeated.
pub fn periods(by: By, day: NaiveDate, zone: Tz) -> Vec<Period> {
    let first = day.with_day(1).unwrap_or(day);
    match by {
        By::Hour => {
            let end = midnight(day + Days::new(1), zone);
            let starts = std::iter::successors(Some(midnight(day, zone)), |hour| Some(*hour + Duration::hours(1)));
            let hour = |start| Period { start, end: (start + Duration::hours(1)).min(end) };
            starts.take_while(|start| *start < end).map(hour).collect()
        }
        By::Day => {
            let days = first.iter_days().take_while(|date| date.month() == first.month());
            days.map(|date| between(date, date + Days::new(1), zone)).collect()
        }
        By::Month => {
            let months = (0..MONTHS).rev().filter_map(|back| first.checked_sub_months(Months::new(back)));
            months.map(|month| between(month, month + Months::new(1), zone)).collect()
        }
    }
}

/// The first and the last day of these periods.
pub fn days(periods: &[Period], zone: Tz) -> (NaiveDate, NaiveDate) {
    let day = |moment: DateTime<Utc>| moment.with_timezone(&zone).date_naive();
    let first = periods.first().map_or(NaiveDate::MIN, |period| day(period.start));
    (first, periods.last().map_or(NaiveDate::MIN, |period| day(period.end - Duration::seconds(1))))
}

fn between(first: NaiveDate, next: NaiveDate, zone: Tz) -> Period {
    Period { start: midnight(first, zone), end: midnight(next, zone) }
}

/// The first moment of a day. Some zones change their clocks at midnight: then it is the first hour that there is.
fn midnight(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let hours = (0..24).filter_map(|hour| day.and_hms_opt(hour, 0, 0));
    let moment = hours.filter_map(|time| zone.from_local_datetime(&time).earliest()).next();
    moment.map_or_else(|| day.and_time(chrono::NaiveTime::MIN).and_utc(), |moment| moment.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_periods_of_each_report_have_no_gap_and_no_overlap() {
        for zone in [Tz::Asia__Seoul, Tz::America__New_York, Tz::America__Santiago, Tz::UTC] {
            for by in By::ALL {
                for date in ["2026-03-08", "2026-11-01", "2026-09-06", "2026-02-28"] {
                    let periods = periods(by, day(date), zone);
                    assert!(periods.iter().all(|period| period.start < period.end));
                    assert!(periods.windows(2).all(|pair| pair[0].end == pair[1].start), "{zone} {by:?} {date}");
                }
            }
        }
    }

    #[test]
    fn a_day_has_the_hours_that_it_has() {
        let hours = |date: &str, zone| periods(By::Hour, day(date), zone).len();
        assert_eq!(hours("2026-12-01", Tz::Asia__Seoul), 24);
        assert_eq!((hours("2026-03-08", Tz::America__New_York), hours("2026-11-01", Tz::America__New_York)), (23, 25));
        assert_eq!(periods(By::Day, day("2026-02-10"), Tz::UTC).len(), 28);
        let months = periods(By::Month, day("2026-02-10"), Tz::Asia__Seoul);
        assert_eq!(months.len(), 12);
        assert_eq!(days(&months, Tz::Asia__Seoul), (day("2025-03-01"), day("2026-02-28")));
        assert_eq!(months[0].start.to_string(), "2025-02-28 15:00:00 UTC");
    }

    #[test]
    fn a_rate_needs_impressions() {
        assert_eq!(Counts::default().clicks_per_mille(), None);
        assert_eq!(Counts { impressions: 400, clicks: 3, spent: 0 }.clicks_per_mille(), Some(7));
    }
}

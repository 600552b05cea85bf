//! Which report of a campaign is shown, and the ones before and after it.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::Localizer;
use crate::domain::report::By;

/// Which report is shown: its periods, and a day among them.
#[derive(Clone, Copy, Debug)]
pub(in crate::http::pages) struct Range {
    pub(in crate::http::pages) by: By,
    pub(in crate::http::pages) on: NaiveDate,
    today: NaiveDate,
}

/// The first day that a report can be asked for. No product existed before.
const EARLIEST: NaiveDate = NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day of the calendar");

impl Range {
    pub(in crate::http::pages) fn new(by: By, on: Option<NaiveDate>, today: NaiveDate) -> Self {
        Self { by, on: on.unwrap_or(today).clamp(EARLIEST, today), today }
    }

    /// The range before; `None` at the beginning.
    pub(super) fn previous(self) -> Option<NaiveDate> {
        let first = self.on.with_day(1).unwrap_or(self.on);
        let previous = match self.by {
            By::Hour => self.on.pred_opt(),
            By::Day => first.pred_opt(),
            By::Month => first.checked_sub_months(Months::new(12)),
        };
        previous.filter(|day| *day >= EARLIEST)
    }

    /// The range after; `None` when it is not over.
    pub(super) fn next(self) -> Option<NaiveDate> {
        let first = self.on.with_day(1).unwrap_or(self.on);
        let next = match self.by {
            By::Hour => self.on + Days::new(1),
            By::Day => first + Months::new(1),
            By::Month => first + Months::new(12),
        };
        (self.on < self.today).then(|| next.min(self.today)).filter(|next| *next != self.on)
    }

    /// "1 December 2026", "December 2026", "January 2026 – December 2026".
    pub(super) fn name(self, localizer: &Localizer) -> String {
        match self.by {
            By::Hour => localizer.date(self.on),
            By::Day => localizer.month(self.on),
            By::Month => {
                let first = self.on.checked_sub_months(Months::new(11)).unwrap_or(self.on);
                format!("{} – {}", localizer.month(first), localizer.month(self.on))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn ranges_follow_each_other_up_to_today() {
        let today = day("2026-12-15");
        let range = |by, on| Range::new(by, Some(day(on)), today);
        let around = |range: Range| (range.previous().map(|it| it.to_string()), range.next().map(|it| it.to_string()));
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(around(range(By::Hour, "2026-12-14")), (some("2026-12-13"), some("2026-12-15")));
        assert_eq!(around(range(By::Hour, "2026-12-15")).1, None);
        assert_eq!(around(range(By::Day, "2026-11-30")), (some("2026-10-31"), some("2026-12-01")));
        assert_eq!(around(range(By::Month, "2025-12-01")), (some("2024-12-01"), some("2026-12-01")));
        assert_eq!(range(By::Day, "2027-01-01").on, today, "not later than today");
        assert_eq!(range(By::Hour, "2000-01-01").previous(), None);
    }
}

//! Formats dates and times in the tenant's time zone. They are absolute, because a page may stay open for hours.

use chassis::text::Texts;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Localizer;
use crate::domain::month::{Month, today_and_yesterday};

impl Localizer {
    pub(in crate::http) fn day(&self, time: DateTime<Utc>) -> NaiveDate {
        time.with_timezone(&self.zone).date_naive()
    }

    /// "Today", "Yesterday", "Friday, 20 November", "20 November 2025".
    pub(in crate::http) fn day_name(&self, date: NaiveDate) -> String {
        let (today, yesterday) = today_and_yesterday(self.now, self.zone);
        let month = month_name(&self.t, date);
        let day = date.day().to_string();
        if date == today {
            self.t.get("today")
        } else if date == yesterday {
            self.t.get("yesterday")
        } else if date.year() == today.year() {
            let weekday = self.t.with("weekday", &[("name", &date.format("%a").to_string().to_lowercase())]);
            self.t.with("date-long", &[("weekday", &weekday), ("month", &month), ("day", &day)])
        } else {
            self.date(date)
        }
    }

    /// "20 November 2026".
    pub(in crate::http) fn date(&self, date: NaiveDate) -> String {
        let (day, year) = (date.day().to_string(), date.year().to_string());
        self.t.with("date-with-year", &[("month", &month_name(&self.t, date)), ("day", &day), ("year", &year)])
    }

    /// "14:32".
    pub(in crate::http) fn time_of_day(&self, time: DateTime<Utc>) -> String {
        time.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// "Today, 14:32".
    pub(in crate::http) fn moment(&self, time: DateTime<Utc>) -> String {
        let date = self.day_name(self.day(time));
        self.t.with("time-on-date", &[("date", &date), ("time", &self.time_of_day(time))])
    }

    /// "November 2026".
    pub(in crate::http) fn month(&self, month: Month) -> String {
        let date = month.first_day();
        self.t.with("usage-month", &[("month", &month_name(&self.t, date)), ("year", &date.year().to_string())])
    }
}

/// The format of `<time datetime>`.
pub(in crate::http) fn iso_8601(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn month_name(t: &Texts, date: NaiveDate) -> String {
    t.with("month", &[("name", &date.format("%b").to_string().to_lowercase())])
}

#[cfg(test)]
mod tests {
    use chassis::text::Locale;
    use chrono_tz::Tz;

    use super::*;
    use crate::http::view::texts;

    fn localizer(locale: Locale) -> Localizer {
        Localizer { t: texts(locale), zone: Tz::Asia__Seoul, now: time("2026-11-22T15:30:00Z") }
    }

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn times_use_the_tenants_time_zone_and_the_readers_language() {
        let (en, ko) = (localizer(Locale::En), localizer(Locale::Ko));
        assert_eq!(en.moment(time("2026-11-22T15:01:00Z")), "Today, 00:01");
        assert_eq!(ko.moment(time("2026-11-22T15:01:00Z")), "오늘 00:01");
        assert_eq!(en.moment(time("2026-11-22T14:59:00Z")), "Yesterday, 23:59");
        assert_eq!(en.moment(time("2026-11-20T01:00:00Z")), "Friday, 20 November, 10:00");
        assert_eq!(ko.moment(time("2026-11-20T01:00:00Z")), "11월 20일 금요일 10:00");
        assert_eq!(en.moment(time("2025-12-31T15:00:00Z")), "Thursday, 1 January, 00:00");
        assert_eq!(ko.moment(time("2025-12-31T14:59:00Z")), "2025년 12월 31일 23:59");
        assert_eq!(ko.month("2026-11".parse().expect("a month")), "2026년 11월");
        assert_eq!(en.month("2026-11".parse().expect("a month")), "November 2026");
    }
}

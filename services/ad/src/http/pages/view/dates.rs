//! Dates and times in the person's language, and in the tenant's time zone.

use chassis::text::Texts;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::Localizer;

impl Localizer {
    /// "1 December 2026".
    pub(in crate::http::pages) fn date(&self, date: NaiveDate) -> String {
        let (day, year) = (date.day().to_string(), date.year().to_string());
        self.t.with("date", &[("month", &month_name(&self.t, date)), ("day", &day), ("year", &year)])
    }

    /// "December 2026".
    pub(in crate::http::pages) fn month(&self, date: NaiveDate) -> String {
        let year = date.year().to_string();
        self.t.with("date-month", &[("month", &month_name(&self.t, date)), ("year", &year)])
    }

    /// "1 December 2026, 14:32".
    pub(in crate::http::pages) fn moment(&self, time: DateTime<Utc>) -> String {
        let local = time.with_timezone(&self.zone);
        let (date, time) = (self.date(local.date_naive()), local.format("%H:%M").to_string());
        self.t.with("date-time", &[("date", &date), ("time", &time)])
    }
}

fn month_name(t: &Texts, date: NaiveDate) -> String {
    t.with("month", &[("name", &date.format("%b").to_string().to_lowercase())])
}

#[cfg(test)]
mod tests {
    use chassis::{id::TenantId, text::Locale};
    use uuid::Uuid;

    use super::*;
    use crate::domain::tenant::{Tenant, Terms};

    fn localizer(locale: Locale) -> Localizer {
        let terms = Terms { time_zone: "Asia/Seoul".into(), currency_code: "KRW".into() };
        let tenant = Tenant {
            tenant_id: TenantId::from(Uuid::nil()),
            name: "Hangang".into(),
            locale: "ko".into(),
            terms,
            next: None,
            active: true,
            version: 1,
        };
        Localizer::new(locale, tenant, time("2026-12-01T00:00:00Z"))
    }

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    #[test]
    fn dates_follow_the_language_and_the_time_zone_of_the_tenant() {
        let (en, ko) = (localizer(Locale::En), localizer(Locale::Ko));
        let late = time("2026-11-30T15:05:00Z");
        assert_eq!(
            (en.moment(late), ko.moment(late)),
            ("1 December 2026, 00:05".into(), "2026년 12월 1일 00:05".into())
        );
        let day = "2027-05-09".parse().expect("a day");
        assert_eq!((en.date(day), ko.date(day)), ("9 May 2027".into(), "2027년 5월 9일".into()));
        assert_eq!((en.month(day), ko.month(day)), ("May 2027".into(), "2027년 5월".into()));
    }
}

//! Tenants, of viewers and of advertisers.

use chassis::id::TenantId;
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;

use super::day::day_in;

/// A read model of `login.tenant.v1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub tenant_id: TenantId,
    pub name: String,
    /// BCP 47 tag.
    pub locale: String,
    pub terms: Terms,
    /// The terms of a later month.
    pub next: Option<NextTerms>,
    /// `false` for a suspended tenant, whose campaigns take part in no auction.
    pub active: bool,
    /// Increases by one with each change.
    pub version: i64,
}

/// What stays the same within a month: by it, days and months are counted and money is charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// IANA name, as login published it. A name that this build does not know counts as UTC.
    pub time_zone: String,
    /// ISO 4217 code of the billing currency. Campaigns support only some currencies.
    pub currency_code: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextTerms {
    pub terms: Terms,
    /// The start of the month, in the time zone of the terms before.
    pub from: DateTime<Utc>,
}

impl Tenant {
    /// Applies a newer version of the tenant: other terms hold from the month after the change on.
    pub fn change(&self, newer: Self, changed_at: DateTime<Utc>) -> Self {
        let terms = self.terms_at(changed_at).clone();
        if newer.terms == terms {
            return Self { terms, next: None, ..newer };
        }
        let from = start_of_next_month(zone(&terms.time_zone), changed_at);
        Self { next: Some(NextTerms { terms: newer.terms, from }), terms, ..newer }
    }

    pub fn terms_at(&self, now: DateTime<Utc>) -> &Terms {
        self.next.as_ref().filter(|next| next.from <= now).map_or(&self.terms, |next| &next.terms)
    }

    /// Returns the date in the tenant's time zone.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.advertiser(now).today(now)
    }

    pub fn advertiser(&self, now: DateTime<Utc>) -> Advertiser {
        let time_zone = zone(&self.terms_at(now).time_zone);
        Advertiser { tenant_id: self.tenant_id, active: self.active, time_zone }
    }
}

/// Returns the first moment of the month after `at` in the time zone.
fn start_of_next_month(zone: Tz, at: DateTime<Utc>) -> DateTime<Utc> {
    let day = day_in(zone, at);
    let first = day.with_day(1).and_then(|first| first.checked_add_months(Months::new(1))).unwrap_or(NaiveDate::MAX);
    // Where a change of the clocks skips midnight, the day begins with the first hour that it has.
    let hours = (0..24).filter_map(|hour| first.and_hms_opt(hour, 0, 0));
    let start = hours.filter_map(|hour| zone.from_local_datetime(&hour).earliest()).next();
    start.map_or(at, |start| start.with_timezone(&Utc))
}

/// A tenant as the one who pays.
#[derive(Clone, Copy, Debug)]
pub struct Advertiser {
    pub tenant_id: TenantId,
    /// `false` for a suspended tenant, which is not billed.
    pub active: bool,
    pub time_zone: Tz,
}

impl Advertiser {
    /// Returns the date in the advertiser's time zone.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        day_in(self.time_zone, now)
    }
}

/// Returns the time zone of a tenant. A name that this build does not know counts as UTC, so that the tenant's other changes
/// take effect.
pub fn zone(name: &str) -> Tz {
    time_zone(name).unwrap_or(Tz::UTC)
}

/// Returns the time zone with that IANA name.
pub fn time_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_counts_as_utc() {
        assert!(time_zone("Mars/Olympus").is_none());
        assert_eq!((zone("Mars/Olympus"), zone("Asia/Seoul")), (Tz::UTC, Tz::Asia__Seoul));
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn tenant(time_zone: &str, currency_code: &str, version: i64) -> Tenant {
        Tenant {
            tenant_id: TenantId::new(&chassis::clock::Clock::fixed(at("2026-03-02T00:00:00Z"))),
            name: "Hangang".into(),
            locale: "ko".into(),
            terms: Terms { time_zone: time_zone.into(), currency_code: currency_code.into() },
            next: None,
            active: true,
            version,
        }
    }

    #[test]
    fn other_terms_hold_from_the_next_month_on() {
        let (seoul, new_york) = (tenant("Asia/Seoul", "KRW", 1), tenant("America/New_York", "USD", 2));
        let changed = seoul.change(new_york.clone(), at("2026-03-02T00:00:00Z"));
        // April begins in Seoul at 15:00 UTC of the day before.
        assert_eq!(changed.terms_at(at("2026-03-31T14:59:59Z")), &seoul.terms);
        assert_eq!(changed.terms_at(at("2026-03-31T15:00:00Z")), &new_york.terms);
        assert_eq!(changed.today(at("2026-03-31T14:59:59Z")).to_string(), "2026-03-31");

        // Another change in the same month, back to the present terms.
        let back = changed.change(tenant("Asia/Seoul", "KRW", 3), at("2026-03-20T00:00:00Z"));
        assert_eq!((back.next, back.version), (None, 3));
        // A change in a later month begins with the terms that hold by then.
        let later = changed.change(tenant("America/New_York", "EUR", 3), at("2026-12-31T23:00:00Z"));
        assert_eq!(later.terms, new_york.terms);
        assert_eq!(later.next.map(|next| next.from), Some(at("2027-01-01T05:00:00Z")));
    }

    #[test]
    fn a_month_begins_at_its_first_hour() {
        // In Asunción, the clocks went from 00:00 to 01:00 on 1 October 2000.
        let start = start_of_next_month(Tz::America__Asuncion, at("2000-09-10T00:00:00Z"));
        assert_eq!(start, at("2000-10-01T04:00:00Z"));
    }
}

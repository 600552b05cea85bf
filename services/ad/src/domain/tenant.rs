//! Tenants, of viewers and of advertisers.

use chassis::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::day::day_in;

/// A read model of `login.tenant.v1`.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub tenant_id: TenantId,
    pub name: String,
    /// BCP 47 tag.
    pub locale: String,
    /// IANA name, as login published it. A name that this build does not know counts as UTC.
    pub time_zone: String,
    /// ISO 4217 code of the billing currency. Campaigns support only some currencies.
    pub currency_code: String,
    /// `false` for a suspended tenant, whose campaigns take part in no auction.
    pub active: bool,
    /// Increases by one with each change.
    pub version: i64,
}

impl Tenant {
    /// Returns the date in the tenant's time zone.
    pub fn today(&self, now: DateTime<Utc>) -> NaiveDate {
        self.advertiser().today(now)
    }

    pub fn advertiser(&self) -> Advertiser {
        Advertiser { tenant_id: self.tenant_id, active: self.active, time_zone: zone(&self.time_zone) }
    }
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
}

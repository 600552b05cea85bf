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
    pub time_zone: Tz,
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
        day_in(self.time_zone, now)
    }
}

/// Returns the time zone with that IANA name.
pub fn time_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_is_none() {
        assert!(time_zone("Mars/Olympus").is_none());
    }
}

//! A tenant, as login publishes it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub name: String,
    /// The time zone of the tenant's days; [`super::time_zones`] has those of its months.
    pub time_zone: Tz,
    /// ISO 4217.
    pub currency_code: String,
    /// The time of the last change.
    pub changed_at: DateTime<Utc>,
}

/// A version of a tenant, as login published it.
#[derive(Clone, Copy, Debug)]
pub struct TenantUpdate<'a> {
    pub name: &'a str,
    pub locale: &'a str,
    /// IANA name; stored as published, even when this build does not know it.
    pub time_zone: &'a str,
    pub currency_code: &'a str,
    pub version: i64,
    pub changed_at: DateTime<Utc>,
}

/// Parses an IANA time zone. An unknown name is read as UTC, so that a page with wrong hours is shown instead of an
/// error.
pub fn time_zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

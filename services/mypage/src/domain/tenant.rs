//! A company that mypage serves.

use chrono_tz::Tz;

/// A tenant as login tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// The company's name.
    pub name: String,
    /// The time zone that its days and months follow.
    pub time_zone: Tz,
    /// ISO 4217 code of the currency it is billed in.
    pub currency_code: String,
}

/// The time zone of that name. One that this build does not know is read as UTC: a page with odd hours is better than none.
pub fn time_zone(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

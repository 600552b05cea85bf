//! Tenants: the companies that use the service.

use chassis::{id::TenantId, problem::FieldError};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::text;

/// Slugs that could be mistaken for a part of the service.
const RESERVED: [&str; 10] = ["ad", "admin", "api", "help", "login", "mypage", "status", "support", "system", "www"];

/// Currencies for billing (ISO 4217).
pub const CURRENCIES: [&str; 5] = ["EUR", "GBP", "JPY", "KRW", "USD"];

/// A tenant's short name in URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Parses a slug: 3 to 40 lower-case letters, digits and single hyphens between them.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        let text = text.trim();
        let characters = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !characters || text.starts_with('-') || text.ends_with('-') || text.contains("--") {
            let rule = "must be lower-case letters, digits and single hyphens between them";
            return Err(FieldError::new(field, "invalid_slug", rule));
        }
        if !(3..=40).contains(&text.len()) {
            return Err(FieldError::new(field, "invalid_length", "must have 3 to 40 characters"));
        }
        if RESERVED.contains(&text) {
            return Err(FieldError::new(field, "reserved", "is reserved"));
        }
        Ok(Self(text.to_owned()))
    }

    /// Reads a stored slug. Another release may have had other rules.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Validates the IANA name of a time zone.
pub fn time_zone(field: &str, text: &str) -> Result<String, FieldError> {
    let unknown = || FieldError::new(field, "invalid_time_zone", "must be an IANA time zone such as Asia/Seoul");
    text.parse::<Tz>().map(|zone| zone.name().to_owned()).map_err(|_| unknown())
}

/// Validates an ISO 4217 code of [`CURRENCIES`].
pub fn currency(field: &str, text: &str) -> Result<String, FieldError> {
    let known = CURRENCIES.into_iter().find(|currency| *currency == text);
    let unknown = || FieldError::new(field, "invalid_currency", format!("must be one of {}", CURRENCIES.join(", ")));
    known.map(str::to_owned).ok_or_else(unknown)
}

#[derive(Debug, Clone)]
pub struct Tenant {
    pub tenant_id: TenantId,
    pub slug: String,
    pub name: String,
    pub locale: String,
    /// IANA name.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency_code: String,
    /// `free` or `pro`.
    pub plan: String,
    /// `active` or `suspended`.
    pub status: String,
    /// Incremented by each change, from 1.
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub changed_at: DateTime<Utc>,
}

impl Tenant {
    /// The name to show to people of other tenants. An older release accepted a name that looks like an address: then the
    /// slug.
    pub fn shown_name(&self) -> &str {
        text::shown(&self.name, &self.slug)
    }

    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_valid_in_a_url() {
        for good in ["hangang", "acme", "a1-b2", "123"] {
            assert!(Slug::parse("slug", good).is_ok(), "{good}");
        }
        for wrong in ["", "ab", "Acme", "-acme", "acme-", "a--b", "한강", "a.b", "admin", &"a".repeat(41)] {
            assert!(Slug::parse("slug", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn time_zones_and_currencies_are_validated() {
        assert_eq!(time_zone("time_zone", "Asia/Seoul").expect("known"), "Asia/Seoul");
        assert!(time_zone("time_zone", "Seoul").is_err());
        assert!(currency("currency_code", "KRW").is_ok());
        assert!(currency("currency_code", "krw").is_err());
    }
}

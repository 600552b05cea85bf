//! Tenants: the companies that are served.

use chassis::{id::TenantId, problem::FieldError};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// Names that would read as part of the service itself.
const RESERVED: [&str; 10] = ["ad", "admin", "api", "help", "login", "mypage", "status", "support", "system", "www"];

/// Currencies that tenants are billed in.
pub const CURRENCIES: [&str; 5] = ["EUR", "GBP", "JPY", "KRW", "USD"];

/// A tenant's short name in addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slug(String);

impl Slug {
    /// Reads a short name: 3 to 40 lower-case letters, digits and single hyphens between them.
    ///
    /// # Errors
    /// When it is not one, or is reserved.
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

    /// The short name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the IANA name of a time zone.
///
/// # Errors
/// When there is none of that name.
pub fn time_zone(field: &str, text: &str) -> Result<String, FieldError> {
    let unknown = || FieldError::new(field, "invalid_time_zone", "must be an IANA time zone such as Asia/Seoul");
    text.parse::<Tz>().map(|zone| zone.name().to_owned()).map_err(|_| unknown())
}

/// Reads the ISO 4217 code of a currency that tenants are billed in.
///
/// # Errors
/// When it is none of [`CURRENCIES`].
pub fn currency(field: &str, text: &str) -> Result<String, FieldError> {
    let known = CURRENCIES.into_iter().find(|currency| *currency == text);
    let unknown = || FieldError::new(field, "invalid_currency", format!("must be one of {}", CURRENCIES.join(", ")));
    known.map(str::to_owned).ok_or_else(unknown)
}

/// A tenant as it is stored.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id.
    pub tenant_id: TenantId,
    /// Short name in addresses.
    pub slug: String,
    /// The company's name.
    pub name: String,
    /// Language its people mostly read.
    pub locale: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency_code: String,
    /// What it may use: `free` or `pro`.
    pub plan: String,
    /// `active` or `suspended`.
    pub status: String,
    /// Counts its changes from 1.
    pub version: i64,
    /// When it signed up.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
}

impl Tenant {
    /// Whether its people may sign in.
    pub fn is_active(&self) -> bool {
        self.status == "active"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_fits_into_an_address() {
        for good in ["hangang", "acme", "a1-b2", "123"] {
            assert!(Slug::parse("slug", good).is_ok(), "{good}");
        }
        for wrong in ["", "ab", "Acme", "-acme", "acme-", "a--b", "한강", "a.b", "admin", &"a".repeat(41)] {
            assert!(Slug::parse("slug", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn zones_and_currencies_are_known_ones() {
        assert_eq!(time_zone("time_zone", "Asia/Seoul").expect("known"), "Asia/Seoul");
        assert!(time_zone("time_zone", "Seoul").is_err());
        assert!(currency("currency_code", "KRW").is_ok());
        assert!(currency("currency_code", "krw").is_err());
    }
}

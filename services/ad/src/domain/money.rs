//! Money, and the currencies of campaigns.
//!
//! To add a currency: add a variant to [`Currency`] and its row to `Currency::row`.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A currency that campaigns support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Currency {
    Krw,
    Usd,
    Eur,
    Jpy,
    Gbp,
    /// A currency that only a later version supports. Its campaigns and charges are shown as they are. Here they take part in no
    /// auction, and their amounts cannot be changed.
    Unknown(Code),
}

/// An ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code([u8; 3]);

struct Row {
    code: &'static str,
    step: i64,
    floor: i64,
    reference: i64,
}

const fn row(code: &'static str, step: i64, floor: i64, reference: i64) -> Row {
    Row { code, step, floor, reference }
}

impl Currency {
    pub const ALL: [Self; 5] = [Self::Krw, Self::Usd, Self::Eur, Self::Jpy, Self::Gbp];

    /// Code, smallest payable amount in micros, lowest price of a click in micros, reference rate.
    const fn row(self) -> Row {
        match self {
            Self::Krw => row("KRW", 1_000_000, 10_000_000, 720),
            Self::Usd => row("USD", 10_000, 10_000, 1_000_000),
            Self::Eur => row("EUR", 10_000, 10_000, 1_100_000),
            Self::Jpy => row("JPY", 1_000_000, 1_000_000, 6_700),
            Self::Gbp => row("GBP", 10_000, 10_000, 1_280_000),
            // No amount is rounded, and no bid reaches the floor.
            Self::Unknown(_) => row("XXX", 1, i64::MAX, 1),
        }
    }

    /// Returns the currency with that ISO 4217 code, if campaigns support it.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// Reads the code of a row or a link. A later version may have written one that this version does not support. What is no
    /// code is read as `XXX`, "no currency".
    pub fn stored(code: &str) -> Self {
        let letters =
            code.as_bytes().try_into().ok().filter(|letters: &[u8; 3]| letters.iter().all(u8::is_ascii_uppercase));
        Self::from_code(code).unwrap_or(Self::Unknown(Code(letters.unwrap_or(*b"XXX"))))
    }

    /// The ISO 4217 code.
    pub fn code(&self) -> &str {
        match self {
            Self::Unknown(Code(letters)) => str::from_utf8(letters).expect("a code is ASCII"),
            known => known.row().code,
        }
    }

    /// The smallest payable amount in micros: 1 KRW, 1 cent.
    pub const fn step(self) -> i64 {
        self.row().step
    }

    /// Rounds down to a payable amount: a multiple of [`Self::step`].
    pub const fn round_down(self, micros: i64) -> i64 {
        micros - micros % self.step()
    }

    /// The lowest price of a click in micros. A multiple of [`Self::step`].
    pub const fn floor(self) -> i64 {
        self.row().floor
    }

    /// The rate to compare bids of different currencies: the value of one unit in millionths of a US dollar. It is rounded
    /// and rarely updated, because it only ranks bids. A campaign always pays in its own currency.
    pub const fn reference(self) -> i64 {
        self.row().reference
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount of money in whole micros of one currency, so that sums are exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Millionths of the currency's unit.
    pub micros: i64,
    pub currency: Currency,
}

impl Money {
    pub const fn new(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }

    /// Makes a payable amount, rounded down. Bids, budgets and links of earlier versions can have amounts that cannot be paid.
    pub const fn payable(micros: i64, currency: Currency) -> Self {
        Self::new(currency.round_down(micros), currency)
    }
}

// `Money` as the API reads and writes it. It is a separate type because a request may name a currency that campaigns do not
// support. The doc comment is its description in the OpenAPI document.
/// An amount of money in whole micros of one currency, so that sums are exact.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Money)]
pub struct Amount {
    /// Millionths of the currency's unit: 300 KRW are 300000000. In a request, a multiple of the smallest payable amount:
    /// 1000000 for KRW and JPY, 10000 for USD, EUR and GBP; at least the lowest price of a click: 10000000 for KRW, 1000000 for
    /// JPY, 10000 for USD, EUR and GBP.
    #[schema(example = 300_000_000, minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub micros: i64,
    /// ISO 4217 code of the tenant's currency.
    #[schema(example = "KRW", min_length = 3, max_length = 3, pattern = "^[A-Z]{3}$")]
    pub currency_code: String,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self { micros: money.micros, currency_code: money.currency.code().to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_is_found_by_its_code() {
        for currency in Currency::ALL {
            assert_eq!(Currency::from_code(currency.code()), Some(currency));
        }
        assert_eq!(Currency::from_code("krw"), None);
        assert_eq!(Currency::from_code("XXX"), None);
    }

    #[test]
    fn a_currency_of_a_later_version_keeps_its_code_and_its_amounts() {
        let unknown = Currency::stored("CHF");
        assert_eq!((unknown.code(), Currency::stored("KRW")), ("CHF", Currency::Krw));
        assert_eq!(Money::payable(20_300_001, unknown).micros, 20_300_001);
        assert_eq!(Currency::stored("won").code(), "XXX");
    }

    #[test]
    fn an_amount_is_rounded_down_to_the_step() {
        assert_eq!(Money::payable(20_300_000, Currency::Krw), Money::new(20_000_000, Currency::Krw));
        assert_eq!(Money::payable(20_309_999, Currency::Usd), Money::new(20_300_000, Currency::Usd));
    }

    #[test]
    fn a_floor_is_a_multiple_of_the_step() {
        for currency in Currency::ALL {
            assert!(currency.floor() >= currency.step());
            assert_eq!(currency.floor() % currency.step(), 0, "{currency}");
        }
    }
}

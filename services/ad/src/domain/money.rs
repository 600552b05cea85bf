//! Money, and the currencies a campaign can be in.
//!
//! To add a currency: add a variant to [`Currency`] and its row to [`Currency::row`].

use std::fmt;

/// A currency a campaign can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Currency {
    /// South Korean won.
    Krw,
    /// United States dollar.
    Usd,
    /// Euro.
    Eur,
    /// Japanese yen.
    Jpy,
    /// Pound sterling.
    Gbp,
}

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
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Krw, Self::Usd, Self::Eur, Self::Jpy, Self::Gbp];

    /// The code, the smallest amount in use, the least a click costs (both in micros), and the reference rate.
    const fn row(self) -> Row {
        match self {
            Self::Krw => row("KRW", 1_000_000, 10_000_000, 720),
            Self::Usd => row("USD", 10_000, 10_000, 1_000_000),
            Self::Eur => row("EUR", 10_000, 10_000, 1_100_000),
            Self::Jpy => row("JPY", 1_000_000, 1_000_000, 6_700),
            Self::Gbp => row("GBP", 10_000, 10_000, 1_280_000),
        }
    }

    /// The currency of an ISO 4217 code, where campaigns can be in it.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }

    /// ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.row().code
    }

    /// The smallest amount people pay in, in micros: a won, a cent.
    #[must_use]
    pub const fn step(self) -> i64 {
        self.row().step
    }

    /// The least a click costs, in micros.
    #[must_use]
    pub const fn floor(self) -> i64 {
        self.row().floor
    }

    /// Millionths of a dollar to one unit, rounded and rarely changed. Bids of different currencies are **ranked** by it;
    /// nothing is ever charged by it: a campaign pays in its own currency.
    #[must_use]
    pub const fn reference(self) -> i64 {
        self.row().reference
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount: whole micros of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// What they are millionths of.
    pub currency: Currency,
}

impl Money {
    /// An amount.
    #[must_use]
    pub const fn new(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_currency_is_found_by_its_code() {
        for currency in Currency::ALL {
            assert_eq!(Currency::parse(currency.code()), Some(currency));
        }
        assert_eq!(Currency::parse("krw"), None);
        assert_eq!(Currency::parse("XXX"), None);
    }

    #[test]
    fn a_floor_is_whole_steps_so_that_it_can_be_paid() {
        for currency in Currency::ALL {
            assert!(currency.floor() >= currency.step());
            assert_eq!(currency.floor() % currency.step(), 0, "{currency}");
        }
    }
}

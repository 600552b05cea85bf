//! The terms of a campaign: what it pays, and whether it is served. They can be changed; what the ad says can't.

use chassis::problem::FieldError;

use super::money::{Currency, Money};

/// The most a bid or a budget may be: a billion units, far from where sums overflow.
pub const MAX_MICROS: i64 = 1_000_000_000_000_000;

/// Whether a campaign is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Served while its budget lasts.
    Active,
    /// Not served until its tenant says so.
    Paused,
}

impl Status {
    /// Its name in the API and the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
        }
    }

    /// The status of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused].into_iter().find(|status| status.name() == name)
    }
}

/// An amount as it was sent.
#[derive(Clone, Debug)]
pub struct Amount {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// ISO 4217 code.
    pub currency_code: String,
}

/// What can be changed of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Whether it is served.
    pub status: Status,
    /// The most it pays for a click.
    pub bid: Money,
    /// The most it pays in a day; never less than the bid.
    pub daily_budget: Money,
}

/// A change as it was asked for. What is not named stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Whether it is served.
    pub status: Option<String>,
    /// The most it pays for a click.
    pub bid: Option<Amount>,
    /// The most it pays in a day.
    pub daily_budget: Option<Amount>,
}

impl Change {
    /// The terms after this change; or all that is wrong with it.
    ///
    /// # Errors
    /// One for each field that can't be as it is.
    pub fn check(&self, now: Terms) -> Result<Terms, Vec<FieldError>> {
        let mut wrong = Vec::new();
        let currency = now.bid.currency;
        let status = self.status.as_deref().map_or(Ok(now.status), |name| {
            Status::parse(name).ok_or_else(|| FieldError::new("status", "unknown", "must be active or paused"))
        });
        let status = status.unwrap_or_else(|error| kept(&mut wrong, error, now.status));
        let bid = self.bid.as_ref().map_or(Ok(now.bid), |amount| bid(amount, currency));
        let bid = bid.unwrap_or_else(|error| kept(&mut wrong, error, now.bid));
        let daily_budget = match &self.daily_budget {
            Some(amount) => budget(amount, currency, Some(bid)),
            None if bid.micros > now.daily_budget.micros => {
                let detail = format!("must be at most the daily budget, {}", now.daily_budget.micros);
                Err(FieldError::new("bid.micros", "too_large", detail))
            }
            None => Ok(now.daily_budget),
        };
        let daily_budget = daily_budget.unwrap_or_else(|error| kept(&mut wrong, error, now.daily_budget));
        if wrong.is_empty() { Ok(Terms { status, bid, daily_budget }) } else { Err(wrong) }
    }
}

fn kept<T>(wrong: &mut Vec<FieldError>, error: FieldError, now: T) -> T {
    wrong.push(error);
    now
}

/// The bid asked for.
///
/// # Errors
/// When it is in another currency, below the least a click costs, or absurdly high.
pub fn bid(amount: &Amount, currency: Currency) -> Result<Money, FieldError> {
    let money = money("bid", amount, currency)?;
    if money.micros < currency.floor() {
        let least = currency.floor();
        return Err(FieldError::new("bid.micros", "too_small", format!("must be at least {least}")));
    }
    Ok(money)
}

/// The daily budget asked for.
///
/// # Errors
/// When it is in another currency, less than the bid, or absurdly high.
pub fn budget(amount: &Amount, currency: Currency, bid: Option<Money>) -> Result<Money, FieldError> {
    let money = money("daily_budget", amount, currency)?;
    let least = bid.map_or(currency.floor(), |bid| bid.micros);
    if money.micros < least {
        let detail = format!("must be at least the bid, {least}");
        return Err(FieldError::new("daily_budget.micros", "too_small", detail));
    }
    Ok(money)
}

fn money(field: &str, amount: &Amount, currency: Currency) -> Result<Money, FieldError> {
    if amount.currency_code != currency.code() {
        let detail = format!("must be {currency}, the currency of the tenant");
        return Err(FieldError::new(format!("{field}.currency_code"), "currency_mismatch", detail));
    }
    if amount.micros > MAX_MICROS {
        let detail = format!("must be at most {MAX_MICROS}");
        return Err(FieldError::new(format!("{field}.micros"), "too_large", detail));
    }
    Ok(Money::new(amount.micros, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Terms = Terms {
        status: Status::Active,
        bid: Money::new(300_000_000, Currency::Krw),
        daily_budget: Money::new(900_000_000, Currency::Krw),
    };

    fn won(micros: i64) -> Option<Amount> {
        Some(Amount { micros, currency_code: "KRW".into() })
    }

    fn fields(change: &Change) -> Vec<String> {
        change.check(NOW).expect_err("a wrong change").into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_is_not_named_stays() {
        assert_eq!(Change::default().check(NOW), Ok(NOW));
        let paused = Change { status: Some("paused".into()), ..Change::default() };
        assert_eq!(paused.check(NOW), Ok(Terms { status: Status::Paused, ..NOW }));
    }

    #[test]
    fn a_bid_stays_within_the_budget_it_will_have() {
        let alone = Change { bid: won(1_000_000_000), ..Change::default() };
        assert_eq!(fields(&alone), ["bid.micros"]);
        let with_budget = Change { daily_budget: won(1_000_000_000), ..alone };
        assert!(with_budget.check(NOW).is_ok());
        let below = Change { daily_budget: won(299_999_999), ..Change::default() };
        assert_eq!(fields(&below), ["daily_budget.micros"]);
    }

    #[test]
    fn all_that_is_wrong_is_named_at_once() {
        let wrong = Change {
            status: Some("gone".into()),
            bid: Some(Amount { micros: 300_000_000, currency_code: "USD".into() }),
            daily_budget: won(MAX_MICROS + 1),
        };
        assert_eq!(fields(&wrong), ["status", "bid.currency_code", "daily_budget.micros"]);
    }
}

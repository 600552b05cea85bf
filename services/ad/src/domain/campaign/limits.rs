//! Limits of campaigns: their number, bids and budgets.

use chassis::problem::FieldError;

use crate::domain::money::{Amount, Currency, Money};

/// Maximum number of active campaigns of a tenant. Each replica has all active campaigns in memory and compares them in
/// each auction. Those in review are counted, because they become active. The others cost neither.
pub const MAX_ACTIVE: i64 = 1_000;

/// Maximum of a bid and of a budget: a billion units of the currency. Sums of such amounts do not overflow.
pub(super) const MAX_MICROS: i64 = 1_000_000_000_000_000;

/// Reads a bid in the tenant's currency.
pub(super) fn bid(amount: &Amount, currency: Currency) -> Result<Money, FieldError> {
    let money = money("bid", amount, currency)?;
    if money.micros < currency.floor() {
        let least = currency.floor();
        return Err(FieldError::new("bid.micros", "too_small", format!("must be at least {least}")));
    }
    payable("bid", money)
}

/// Reads a daily budget in the tenant's currency. It must be enough for one click at the bid.
///
/// `bid` is `None` when the bid itself is invalid. Then the budget must be at least the currency's floor.
pub(super) fn daily_budget(amount: &Amount, currency: Currency, bid: Option<Money>) -> Result<Money, FieldError> {
    budget("daily_budget", amount, currency, bid)
}

/// As [`daily_budget`], for all days. It may be less than that of a day.
pub(super) fn total_budget(amount: &Amount, currency: Currency, bid: Option<Money>) -> Result<Money, FieldError> {
    budget("total_budget", amount, currency, bid)
}

fn budget(field: &str, amount: &Amount, currency: Currency, bid: Option<Money>) -> Result<Money, FieldError> {
    let money = money(field, amount, currency)?;
    let least = bid.map_or(currency.floor(), |bid| bid.micros);
    if money.micros < least {
        let detail = format!("must be at least {least}, enough for one click");
        return Err(FieldError::new(format!("{field}.micros"), "too_small", detail));
    }
    payable(field, money)
}

/// Refuses an amount that no one can pay, such as half a won.
fn payable(field: &str, money: Money) -> Result<Money, FieldError> {
    let Money { micros, currency } = money;
    if currency.round_down(micros) != micros {
        let detail = format!("must be a multiple of {}, the smallest payable amount in {currency}", currency.step());
        return Err(FieldError::new(format!("{field}.micros"), "not_payable", detail));
    }
    Ok(money)
}

fn money(field: &str, amount: &Amount, currency: Currency) -> Result<Money, FieldError> {
    if let Currency::Unknown(_) = currency {
        let detail = format!("campaigns do not support {currency} yet: this amount cannot be changed now");
        return Err(FieldError::new(format!("{field}.currency_code"), "currency_not_supported", detail));
    }
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

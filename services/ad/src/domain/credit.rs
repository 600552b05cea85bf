//! Credits: each takes back a charge, or a part of it.

use chassis::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};

use super::{
    campaign::CampaignId,
    charge::ChargeId,
    money::{Currency, Money},
};

chassis::typed_id! {
    pub struct CreditId;
}

/// A line of the ledger beside its charge.
#[derive(Clone, Debug)]
pub struct Credit {
    pub credit_id: CreditId,
    pub charge_id: ChargeId,
    /// The advertiser.
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
    pub amount: Money,
    /// Why, for the advertiser.
    pub reason: String,
    /// The day of the credit, in the advertiser's time zone.
    pub day: NaiveDate,
    pub occurred_at: DateTime<Utc>,
}

/// Why an amount cannot be credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAmount {
    #[error("nothing of it is left")]
    NothingLeft,
    #[error("the amount must be 1 to {left} micros, what is left of it")]
    OutOfRange { left: i64 },
    #[error("the amount must be a multiple of {step} micros, the smallest payable amount")]
    NotPayable { step: i64 },
}

/// Returns the amount to credit: `micros`, or all that is `left` of the charge.
pub fn amount(micros: Option<i64>, left: i64, currency: Currency) -> Result<Money, InvalidAmount> {
    if left <= 0 {
        return Err(InvalidAmount::NothingLeft);
    }
    let micros = micros.unwrap_or(left);
    if !(1..=left).contains(&micros) {
        return Err(InvalidAmount::OutOfRange { left });
    }
    let amount = Money::new(micros, currency);
    if currency.round_down(micros) != micros && micros != left {
        return Err(InvalidAmount::NotPayable { step: currency.step() });
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credit_is_payable_and_at_most_what_is_left() {
        let credit = |micros, left| amount(micros, left, Currency::Krw).map(|money| money.micros);
        assert_eq!(credit(None, 300_000_000), Ok(300_000_000));
        assert_eq!(credit(Some(1_000_000), 300_000_000), Ok(1_000_000));
        assert_eq!(credit(None, 0), Err(InvalidAmount::NothingLeft));
        for micros in [-1, 0, 300_000_001] {
            assert_eq!(credit(Some(micros), 300_000_000), Err(InvalidAmount::OutOfRange { left: 300_000_000 }));
        }
        assert_eq!(credit(Some(1_500_000), 300_000_000), Err(InvalidAmount::NotPayable { step: 1_000_000 }));
    }
}

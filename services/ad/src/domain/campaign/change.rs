//! Changes of a campaign: status, bid and daily budget. The other fields of a campaign cannot change.

use chassis::problem::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Campaign, Status,
    limits::{bid, daily_budget},
};
use crate::domain::money::Amount;

/// A change of a campaign. A field that is left out does not change. Of two changes to the same field, the last one wins.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct CampaignChange {
    /// "active" or "paused".
    #[schema(example = "paused")]
    pub status: Option<String>,
    /// The highest price of a click.
    pub bid: Option<Amount>,
    /// Maximum spending per day, in your tenant's time zone.
    pub daily_budget: Option<Amount>,
}

impl Campaign {
    /// Applies a change, and returns whether any value is different now.
    ///
    /// # Errors
    /// One error for every invalid field. Then nothing is changed.
    pub fn apply(&mut self, change: &CampaignChange) -> Result<bool, Vec<FieldError>> {
        let mut errors = Vec::new();
        let currency = self.bid.currency;
        let status = change.status.as_deref().map_or(Ok(self.status), |name| {
            Status::from_name(name).ok_or_else(|| FieldError::new("status", "unknown", "must be active or paused"))
        });
        let status = status.unwrap_or_else(|error| push(&mut errors, error, self.status));
        let bid = change.bid.as_ref().map_or(Ok(self.bid), |amount| bid(amount, currency));
        let bid = bid.unwrap_or_else(|error| push(&mut errors, error, self.bid));
        let daily_budget = match &change.daily_budget {
            Some(amount) => daily_budget(amount, currency, Some(bid)),
            None if bid.micros > self.daily_budget.micros => {
                let detail = format!("must be at most the daily budget, {}", self.daily_budget.micros);
                Err(FieldError::new("bid.micros", "too_large", detail))
            }
            None => Ok(self.daily_budget),
        };
        let daily_budget = daily_budget.unwrap_or_else(|error| push(&mut errors, error, self.daily_budget));
        if !errors.is_empty() {
            return Err(errors);
        }
        let changed = (status, bid, daily_budget) != (self.status, self.bid, self.daily_budget);
        (self.status, self.bid, self.daily_budget) = (status, bid, daily_budget);
        Ok(changed)
    }
}

/// Collects the error and returns the current value, so that the other fields are checked too.
fn push<T>(errors: &mut Vec<FieldError>, error: FieldError, current: T) -> T {
    errors.push(error);
    current
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        campaign::{limits::MAX_MICROS, new::tests::campaign},
        money::{Currency, Money},
    };

    /// Bids 300 won, with a budget of 900 won.
    fn present() -> Campaign {
        Campaign { daily_budget: Money::new(900_000_000, Currency::Krw), ..campaign() }
    }

    fn won(micros: i64) -> Option<Amount> {
        Some(Amount { micros, currency_code: "KRW".into() })
    }

    fn invalid_fields(change: &CampaignChange) -> Vec<String> {
        present().apply(change).expect_err("an invalid change").into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_field_that_is_left_out_stays() {
        assert_eq!(present().apply(&CampaignChange::default()), Ok(false));
        let pause = CampaignChange { status: Some("paused".into()), ..CampaignChange::default() };
        let mut paused = present();
        assert_eq!(paused.apply(&pause), Ok(true));
        assert_eq!(paused.status, Status::Paused);
        assert_eq!((paused.bid, paused.daily_budget), (present().bid, present().daily_budget));
        assert_eq!(paused.apply(&pause), Ok(false));
    }

    #[test]
    fn a_bid_stays_within_the_budget_after_the_change() {
        let alone = CampaignChange { bid: won(1_000_000_000), ..CampaignChange::default() };
        assert_eq!(invalid_fields(&alone), ["bid.micros"]);
        let with_budget = CampaignChange { daily_budget: won(1_000_000_000), ..alone };
        assert!(present().apply(&with_budget).is_ok());
        let below = CampaignChange { daily_budget: won(299_999_999), ..CampaignChange::default() };
        assert_eq!(invalid_fields(&below), ["daily_budget.micros"]);
    }

    #[test]
    fn every_invalid_field_is_named_at_once() {
        let invalid = CampaignChange {
            status: Some("gone".into()),
            bid: Some(Amount { micros: 300_000_000, currency_code: "USD".into() }),
            daily_budget: won(MAX_MICROS + 1),
        };
        assert_eq!(invalid_fields(&invalid), ["status", "bid.currency_code", "daily_budget.micros"]);
    }
}

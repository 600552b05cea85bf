//! Changes of a campaign. Its creatives change by requests of their own.

use chassis::problem::FieldError;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{
    Campaign, Hours, Schedule,
    fields::{frequency_cap, interests, language, name},
    limits::{bid, daily_budget, total_budget},
    schedule::Hour,
};
use crate::domain::{
    creative::Reviews,
    money::{Amount, Money},
};

/// A change of a campaign. A field that is left out does not change. Null removes a maximum or a day of the flight.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct CampaignChange {
    /// Name for your own use; viewers do not see it.
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// "active" to start, "paused", "draft" to take it back from review, or "ended", for good.
    #[schema(example = "paused")]
    pub status: Option<String>,
    /// The language of the ad, "ko" or "en".
    pub locale: Option<String>,
    /// The interests that the campaign targets; empty for everyone.
    pub interests: Option<Vec<String>>,
    /// Whether the ad is also served to people of other tenants.
    pub open_to_all: Option<bool>,
    /// The highest price of a click.
    pub bid: Option<Amount>,
    /// Maximum spending per day, in your tenant's time zone.
    pub daily_budget: Option<Amount>,
    /// Maximum spending of all days.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Amount>)]
    pub total_budget: Option<Option<Amount>>,
    /// The first day of the flight, in your tenant's time zone.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    pub starts_on: Option<Option<NaiveDate>>,
    /// The last day of the flight.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<NaiveDate>)]
    pub ends_on: Option<Option<NaiveDate>>,
    /// The hours of the day in which the campaign runs, 0 to 23, in your tenant's time zone; empty for all.
    #[schema(value_type = Option<Vec<Hour>>, inline)]
    pub hours: Option<Vec<u8>>,
    /// Maximum impressions a person a day, 1 to 100.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 100)]
    pub frequency_cap: Option<Option<u8>>,
}

/// Reads null as a value, in contrast to a field that is left out.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Campaign {
    /// Applies a change on `today`, the tenant's. `reviews` are those of the campaign's creatives.
    ///
    /// # Errors
    /// One error for every invalid field. Then nothing is changed.
    pub fn apply(
        &mut self,
        change: &CampaignChange,
        reviews: Reviews,
        today: NaiveDate,
    ) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut next = self.clone();
        let currency = self.bid.currency;
        set(&mut errors, &mut next.name, change.name.as_deref().map(name));
        set(&mut errors, &mut next.status, change.status.as_deref().map(|to| self.status.asked_for(to, reviews)));
        set(&mut errors, &mut next.locale, change.locale.as_deref().map(language));
        set(&mut errors, &mut next.interests, change.interests.as_deref().map(interests));
        next.open_to_all = change.open_to_all.unwrap_or(self.open_to_all);
        set(&mut errors, &mut next.bid, change.bid.as_ref().map(|amount| bid(amount, currency)));
        let bid = Some(next.bid);
        let daily = change.daily_budget.as_ref().map(|amount| daily_budget(amount, currency, bid));
        let total = change.total_budget.as_ref();
        let total = total.map(|new| new.as_ref().map(|amount| total_budget(amount, currency, bid)).transpose());
        let (keeps_daily, keeps_total) = (daily.is_none(), total.is_none());
        set(&mut errors, &mut next.daily_budget, daily);
        set(&mut errors, &mut next.total_budget, total);
        if keeps_daily {
            errors.extend(too_high(next.bid, "daily", Some(self.daily_budget)));
        }
        if keeps_total {
            errors.extend(too_high(next.bid, "total", self.total_budget));
        }
        let mut hours = self.schedule.hours;
        set(&mut errors, &mut hours, change.hours.as_deref().map(Hours::new));
        let Schedule { starts_on, ends_on, .. } = self.schedule;
        let (starts_on, ends_on) = (change.starts_on.unwrap_or(starts_on), change.ends_on.unwrap_or(ends_on));
        next.schedule = Schedule { starts_on, ends_on, hours };
        errors.extend(next.schedule.check(Some(&self.schedule), today));
        set(&mut errors, &mut next.frequency_cap, change.frequency_cap.map(frequency_cap));
        if !errors.is_empty() {
            return Err(errors);
        }
        *self = next;
        Ok(())
    }
}

/// Returns the error of a bid that is more than a budget that stays.
fn too_high(bid: Money, which: &str, budget: Option<Money>) -> Option<FieldError> {
    let budget = budget.filter(|budget| bid.micros > budget.micros)?;
    let detail = format!("must be at most the {which} budget, {}", budget.micros);
    Some(FieldError::new("bid.micros", "too_large", detail))
}

/// Sets the field to its new value, or collects the error, so that the other fields are checked too.
fn set<T>(errors: &mut Vec<FieldError>, field: &mut T, new: Option<Result<T, FieldError>>) {
    match new {
        Some(Ok(value)) => *field = value,
        Some(Err(error)) => errors.push(error),
        None => {}
    }
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;

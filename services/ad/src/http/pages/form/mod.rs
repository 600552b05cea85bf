//! The forms of a campaign and of its creatives: what a browser sends, and what it means.

use chassis::{problem::FieldError, secret::random_token};
use chrono::NaiveDate;
use serde::Deserialize;

use self::read::{amount, optional, read};
use crate::domain::{
    campaign::{Campaign, CampaignChange, Expected, NewCampaign, Revision},
    interest::Interest,
    money::{Amount, Currency, Money},
};

pub(super) mod creative;
mod read;
pub(super) mod sent;

/// The fields as a person wrote them, so that a refused form is shown again with them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CampaignForm {
    pub(super) name: String,
    pub(super) headline: String,
    pub(super) body: String,
    pub(super) landing_url: String,
    /// The image that is stored already; empty for none. `None` in a page of an earlier version, which has no such field.
    pub(super) image_id: Option<String>,
    pub(super) image_alt: String,
    /// "yes" to remove the image.
    pub(super) remove_image: String,
    /// Tells the preview of this form from others of its page.
    pub(super) part: String,
    pub(super) locale: String,
    pub(super) interests: Vec<String>,
    /// "own" or "all".
    pub(super) audience: String,
    pub(super) bid: String,
    pub(super) daily_budget: String,
    pub(super) total_budget: String,
    pub(super) starts_on: String,
    pub(super) ends_on: String,
    pub(super) hours: Vec<String>,
    pub(super) frequency_cap: String,
    /// The button: "active" or "draft".
    pub(super) status: String,
    /// That of the campaign when the form was opened: see [`revision`].
    pub(super) revision: String,
    /// The same when the form is sent twice: see [`IdempotencyKey::of_form`](chassis::idempotency::IdempotencyKey::of_form).
    pub(super) form_key: String,
}

impl CampaignForm {
    /// The form of a new campaign in the language of the person.
    pub(super) fn empty(locale: &str) -> Self {
        Self { audience: "own".into(), form_key: random_token(), ..Self::empty_creative(locale) }
    }

    /// The form of an existing campaign.
    pub(super) fn of(campaign: &Campaign) -> Self {
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            name: campaign.name.clone(),
            headline: campaign.headline.clone(),
            body: campaign.body.clone(),
            landing_url: campaign.landing_url.clone(),
            locale: campaign.locale.as_str().to_owned(),
            interests: Interest::names(&campaign.interests),
            audience: if campaign.open_to_all { "all" } else { "own" }.into(),
            bid: written(campaign.bid),
            daily_budget: written(campaign.daily_budget),
            total_budget: campaign.total_budget.map(written).unwrap_or_default(),
            starts_on: day(campaign.schedule.starts_on),
            ends_on: day(campaign.schedule.ends_on),
            hours: campaign.schedule.hours.list().iter().map(ToString::to_string).collect(),
            frequency_cap: campaign.frequency_cap.map(|cap| cap.to_string()).unwrap_or_default(),
            status: campaign.status.name().to_owned(),
            revision: revision(campaign),
            ..Self::default()
        }
    }

    /// Reads a new campaign. A field that is no number or date is among the errors, and has a possible value, so that the
    /// other fields are checked too.
    pub(super) fn to_new(&self, currency: Currency) -> (NewCampaign, Vec<FieldError>) {
        let mut errors = Vec::new();
        let new = NewCampaign {
            name: self.name.clone(),
            headline: self.headline.clone(),
            body: self.body.clone(),
            landing_url: self.landing_url.clone(),
            image: self.image(),
            locale: self.locale.clone(),
            interests: self.interests.clone(),
            bid: amount(&mut errors, "bid", &self.bid, currency)
                .unwrap_or_else(|| possible(currency, currency.floor())),
            daily_budget: amount(&mut errors, "daily_budget", &self.daily_budget, currency)
                .unwrap_or_else(|| possible(currency, POSSIBLE_BUDGET)),
            total_budget: optional(&self.total_budget, |text| amount(&mut errors, "total_budget", text, currency)),
            open_to_all: self.audience == "all",
            starts_on: optional(&self.starts_on, |text| read(&mut errors, "starts_on", text)),
            ends_on: optional(&self.ends_on, |text| read(&mut errors, "ends_on", text)),
            hours: self.hours(),
            frequency_cap: optional(&self.frequency_cap, |text| read(&mut errors, "frequency_cap", text)),
            status: Some(if self.status == "draft" { "draft" } else { "active" }.into()),
        };
        (new, errors)
    }

    /// Reads a change of every field but those of creatives and the status.
    ///
    /// # Errors
    /// One for each field that is no number or date.
    pub(super) fn to_change(&self, currency: Currency) -> Result<CampaignChange, Vec<FieldError>> {
        let (new, errors) = self.to_new(currency);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(CampaignChange {
            name: Some(new.name),
            status: None,
            locale: Some(new.locale),
            interests: Some(new.interests),
            open_to_all: Some(new.open_to_all),
            bid: Some(new.bid),
            daily_budget: Some(new.daily_budget),
            total_budget: Some(new.total_budget),
            starts_on: Some(new.starts_on),
            ends_on: Some(new.ends_on),
            hours: Some(new.hours),
            frequency_cap: Some(new.frequency_cap),
        })
    }

    /// Every hour is the same as none chosen.
    fn hours(&self) -> Vec<u8> {
        self.hours.iter().filter_map(|hour| hour.parse().ok()).collect()
    }
}

/// Names the state of a campaign that a form changes.
pub(super) fn revision(campaign: &Campaign) -> String {
    campaign.revision().0.to_string()
}

/// The revision that a form names. One that cannot be read is no revision of the campaign.
pub(super) fn expected(revision: &str) -> Expected {
    Expected::OneOf(revision.parse().map(Revision).into_iter().collect())
}

const POSSIBLE_BUDGET: i64 = 1_000_000_000_000_000;

fn possible(currency: Currency, micros: i64) -> Amount {
    Money::new(micros, currency).into()
}

/// An amount as a form has it: "300", "1.50".
fn written(money: Money) -> String {
    super::view::csv::amount(money.micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_that_cannot_be_read_is_named() {
        let form = CampaignForm {
            bid: "much".into(),
            daily_budget: "1,000".into(),
            starts_on: "tomorrow".into(),
            frequency_cap: "3.5".into(),
            ..CampaignForm::default()
        };
        let (new, errors) = form.to_new(Currency::Krw);
        let fields: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(fields, [("bid", "malformed"), ("starts_on", "malformed"), ("frequency_cap", "malformed")]);
        assert_eq!(new.daily_budget.micros, 1_000_000_000);
        assert!(form.to_change(Currency::Krw).is_err());
    }

    #[test]
    fn a_revision_that_cannot_be_read_is_not_the_present_one() {
        assert_eq!(expected("17"), Expected::OneOf(vec![Revision(17)]));
        assert_eq!(expected("x"), Expected::OneOf(vec![]));
    }
}

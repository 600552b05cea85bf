//! New campaigns: the request, and the rules for its fields.

use chassis::{id::TenantId, problem::FieldError};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Campaign, CampaignId, Hours, Schedule, Status,
    fields::{frequency_cap, interests, language, name, ok},
    limits::{bid, daily_budget, total_budget},
    schedule::Hour,
};
use crate::domain::{
    creative::{Content, NewCreative, NewCreativeImage, Reviewer},
    money::{Amount, Currency},
};

/// A request for a new campaign.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct NewCampaign {
    /// Name for your own use; viewers do not see it.
    #[schema(example = "Jeju in spring", min_length = 1, max_length = 100)]
    pub name: String,
    /// The headline of the first creative, at most 60 characters. More creatives can be added to the campaign.
    #[schema(example = "제주의 봄, 2박 3일", min_length = 1, max_length = 60)]
    pub headline: String,
    /// The text below the headline, at most 140 characters.
    #[schema(example = "바다가 보이는 숙소와 렌터카를 한 번에.", min_length = 1, max_length = 140)]
    pub body: String,
    /// Where a click redirects: an https URL, at most 2000 bytes after percent-encoding.
    #[schema(example = "https://travel.example/jeju", max_length = 2000)]
    pub landing_url: String,
    /// The image beside the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<NewCreativeImage>,
    /// The language of the ad, "ko" or "en". Only pages in that language show it.
    #[schema(example = "ko")]
    pub locale: String,
    /// The interests that the campaign targets; empty for everyone.
    #[serde(default)]
    #[schema(example = json!(["travel"]))]
    pub interests: Vec<String>,
    /// The highest price of a click.
    pub bid: Amount,
    /// Maximum spending per day, in your tenant's time zone.
    pub daily_budget: Amount,
    /// Maximum spending of all days. Without it there is no maximum.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_budget: Option<Amount>,
    /// Whether the ad is also served to people of other tenants.
    #[serde(default)]
    pub open_to_all: bool,
    /// The first day of the flight, in your tenant's time zone. Without it the campaign starts at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<NaiveDate>,
    /// The last day of the flight. Without it the flight has no end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// The hours of the day in which the campaign runs, 0 to 23, in your tenant's time zone; empty for all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!([9, 10, 11]), value_type = Vec<Hour>, inline)]
    pub hours: Vec<u8>,
    /// Maximum impressions a person a day, 1 to 100. With it, only people who consented see the ads: the impressions of others are
    /// not counted. Without it there is no maximum.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub frequency_cap: Option<u8>,
    /// "active" to start it, which is the default, or "draft".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "draft")]
    pub status: Option<String>,
}

impl NewCampaign {
    fn creative(&self) -> NewCreative {
        let Self { headline, body, landing_url, image, .. } = self.clone();
        NewCreative { headline, body, landing_url, image }
    }

    fn status(&self) -> Result<Status, FieldError> {
        match self.status.as_deref() {
            None | Some("active") => Ok(Status::Active),
            Some("draft") => Ok(Status::Draft),
            Some(_) => Err(FieldError::new("status", "unknown", "must be active or draft")),
        }
    }
}

impl Campaign {
    /// Makes version 1 of a campaign in the tenant's currency, and the content of its first creative, or returns an error for
    /// every invalid field. An active campaign is still to be settled by the review of that creative.
    pub fn new(
        campaign_id: CampaignId,
        tenant_id: TenantId,
        (currency, today, reviewer): (Currency, NaiveDate, Reviewer),
        new: &NewCampaign,
        now: DateTime<Utc>,
    ) -> Result<(Self, Content), Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = ok(&mut errors, name(&new.name));
        let content = Content::new(&new.creative(), reviewer).map_err(|invalid| errors.extend(invalid)).ok();
        let locale = ok(&mut errors, language(&new.locale));
        let interests = ok(&mut errors, interests(&new.interests));
        let bid = ok(&mut errors, bid(&new.bid, currency));
        let daily_budget = ok(&mut errors, daily_budget(&new.daily_budget, currency, bid));
        let total_budget = new.total_budget.as_ref().map(|total| total_budget(total, currency, bid)).transpose();
        let total_budget = ok(&mut errors, total_budget);
        let hours = ok(&mut errors, Hours::new(&new.hours)).unwrap_or_default();
        let schedule = Schedule { starts_on: new.starts_on, ends_on: new.ends_on, hours };
        errors.extend(schedule.check(None, today));
        let frequency_cap = ok(&mut errors, frequency_cap(new.frequency_cap));
        let status = ok(&mut errors, new.status());
        // `None` if a field is invalid: then `errors` has its error.
        let campaign = || {
            let content = content?;
            let campaign = Self {
                campaign_id,
                tenant_id,
                name: name?,
                headline: content.headline.clone(),
                body: content.body.clone(),
                landing_url: content.landing_url.clone(),
                locale: locale?,
                interests: interests?,
                bid: bid?,
                daily_budget: daily_budget?,
                total_budget: total_budget?,
                open_to_all: new.open_to_all,
                schedule,
                frequency_cap: frequency_cap?,
                status: status?,
                version: 1,
                created_at: now,
                updated_at: now,
            };
            Some((campaign, content))
        };
        if errors.is_empty() { campaign().ok_or(errors) } else { Err(errors) }
    }
}

impl Campaign {
    /// Makes a draft with the same fields. A flight that is over before `today`, the tenant's, is left out.
    pub fn duplicate(original: &Self, campaign_id: CampaignId, today: NaiveDate, now: DateTime<Utc>) -> Self {
        let mut schedule = original.schedule;
        if schedule.ends_on.is_some_and(|last| last < today) {
            (schedule.starts_on, schedule.ends_on) = (None, None);
        }
        let (status, version) = (Status::Draft, 1);
        Self { campaign_id, schedule, status, version, created_at: now, updated_at: now, ..original.clone() }
    }
}

#[cfg(test)]
#[path = "new_tests.rs"]
pub(super) mod tests;

//! Response bodies of the API. Amounts have the same type as in requests: [`Amount`].

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::creative_view::Creative;
use crate::domain::{
    campaign::CampaignToday,
    charge,
    interest::Interest,
    money::{Amount, Money},
};

/// A campaign.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Campaign {
    /// UUID of the campaign.
    campaign_id: String,
    /// Name for your own use; viewers do not see it.
    name: String,
    /// The headline of the first creative that is approved, or else of the first one.
    headline: String,
    /// The text below the headline.
    body: String,
    /// Where a click redirects.
    landing_url: String,
    /// The creatives, oldest first. The approved ones are served.
    creatives: Vec<Creative>,
    /// The language of the ad.
    locale: String,
    /// The interests that the campaign targets; empty for everyone.
    interests: Vec<String>,
    /// The highest price of a click.
    bid: Amount,
    /// Maximum spending per day, in your tenant's time zone.
    daily_budget: Amount,
    /// Maximum spending of all days; null for no maximum.
    total_budget: Option<Amount>,
    /// Spending on the current day.
    spent_today: Amount,
    /// Whether the ad is also served to people of other tenants.
    open_to_all: bool,
    /// The first day of the flight, in your tenant's time zone; null for at once.
    starts_on: Option<NaiveDate>,
    /// The last day of the flight; null for no end.
    ends_on: Option<NaiveDate>,
    /// The hours of the day in which the campaign runs, 0 to 23, in your tenant's time zone; empty for all.
    hours: Vec<u8>,
    /// Maximum impressions a person a day; null for no maximum.
    frequency_cap: Option<u8>,
    /// "draft", "in_review", "active", "paused" or "ended".
    status: String,
    /// Increases by one with each change and each charge.
    version: i64,
    /// Time of creation.
    created_at: DateTime<Utc>,
    /// Time of the last change by your tenant or of a review. A charge does not change it.
    updated_at: DateTime<Utc>,
}

/// A charged click.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Charge {
    /// UUID of the charge.
    charge_id: String,
    /// UUID of the campaign.
    campaign_id: String,
    /// UUID of the served ad that was clicked. It is charged at most once.
    serve_id: String,
    /// The price of the click.
    price: Amount,
    /// The day whose budget paid for the click, in your tenant's time zone.
    day: NaiveDate,
    /// When the ad was clicked.
    occurred_at: DateTime<Utc>,
}

impl From<CampaignToday> for Campaign {
    fn from(CampaignToday { campaign, creatives, spent }: CampaignToday) -> Self {
        Self {
            campaign_id: campaign.campaign_id.to_string(),
            name: campaign.name,
            headline: campaign.headline,
            body: campaign.body,
            landing_url: campaign.landing_url,
            creatives: creatives.into_iter().map(Creative::from).collect(),
            locale: campaign.locale.as_str().to_owned(),
            interests: Interest::names(&campaign.interests),
            spent_today: Money::new(spent, campaign.bid.currency).into(),
            bid: campaign.bid.into(),
            daily_budget: campaign.daily_budget.into(),
            total_budget: campaign.total_budget.map(Amount::from),
            open_to_all: campaign.open_to_all,
            starts_on: campaign.schedule.starts_on,
            ends_on: campaign.schedule.ends_on,
            hours: campaign.schedule.hours.list(),
            frequency_cap: campaign.frequency_cap,
            status: campaign.status.name().to_owned(),
            version: campaign.version,
            created_at: campaign.created_at,
            updated_at: campaign.updated_at,
        }
    }
}

impl From<charge::Charge> for Charge {
    fn from(charge: charge::Charge) -> Self {
        Self {
            charge_id: charge.charge_id.to_string(),
            campaign_id: charge.campaign_id.to_string(),
            serve_id: charge.serve_id.to_string(),
            price: charge.price.into(),
            day: charge.day,
            occurred_at: charge.occurred_at,
        }
    }
}

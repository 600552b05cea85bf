//! Response bodies of the API. Amounts have the same type as in requests: [`Amount`].

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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
    /// The headline of the ad.
    headline: String,
    /// The text below the headline.
    body: String,
    /// Where a click redirects.
    landing_url: String,
    /// The language of the ad.
    locale: String,
    /// The interests that the campaign targets; empty for everyone.
    interests: Vec<String>,
    /// The highest price of a click.
    bid: Amount,
    /// Maximum spending per day, in your tenant's time zone.
    daily_budget: Amount,
    /// Spending on the current day.
    spent_today: Amount,
    /// Whether the ad is also served to people of other tenants.
    open_to_all: bool,
    /// "active" or "paused".
    status: String,
    /// Increases by one with each change and each charge.
    version: i64,
    /// Time of creation.
    created_at: DateTime<Utc>,
    /// Time of the last change by your tenant. A charge does not change it.
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
    fn from(CampaignToday { campaign, spent }: CampaignToday) -> Self {
        Self {
            campaign_id: campaign.campaign_id.to_string(),
            name: campaign.name,
            headline: campaign.headline,
            body: campaign.body,
            landing_url: campaign.landing_url,
            locale: campaign.locale.as_str().to_owned(),
            interests: Interest::names(&campaign.interests),
            spent_today: Money::new(spent, campaign.bid.currency).into(),
            bid: campaign.bid.into(),
            daily_budget: campaign.daily_budget.into(),
            open_to_all: campaign.open_to_all,
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

//! What the API says and hears, as JSON.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::campaign::Draft;
use crate::domain::interest::Interest;
use crate::domain::money::Money as Amount;
use crate::domain::terms;
use crate::store::charges;
use crate::usecase::read_campaigns::WithSpent;

/// An amount of money: whole micros of one currency, so that sums are exact.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Money {
    /// Millionths of the currency's unit: 300 KRW are 300000000.
    #[schema(example = 300_000_000)]
    pub(super) micros: i64,
    /// ISO 4217 code of the tenant's currency.
    #[schema(example = "KRW")]
    pub(super) currency_code: String,
}

/// A campaign as it is asked for.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct NewCampaign {
    /// What you call it.
    #[schema(example = "Jeju in spring")]
    pub(super) name: String,
    /// What the ad says first, at most 60 characters.
    #[schema(example = "제주의 봄, 2박 3일")]
    pub(super) headline: String,
    /// What it says then, at most 140 characters.
    #[schema(example = "바다가 보이는 숙소와 렌터카를 한 번에.")]
    pub(super) body: String,
    /// Where a click leads: an https or http URL.
    #[schema(example = "https://travel.example/jeju")]
    pub(super) landing_url: String,
    /// The language it is in; it is shown on pages of that language. "ko" or "en".
    #[schema(example = "ko")]
    pub(super) locale: String,
    /// Interests it aims at; empty for anyone.
    #[serde(default)]
    #[schema(example = json!(["travel"]))]
    pub(super) interests: Vec<String>,
    /// The most it pays for a click.
    pub(super) bid: Money,
    /// The most it pays in a day of your time zone.
    pub(super) daily_budget: Money,
    /// Whether people of other companies see it too.
    #[serde(default)]
    pub(super) open_to_all: bool,
}

/// A change of a campaign. What is left out stays as it is; of two who change the same field, the last one wins.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct CampaignChange {
    /// "active" or "paused".
    #[schema(example = "paused")]
    pub(super) status: Option<String>,
    /// The most it pays for a click.
    pub(super) bid: Option<Money>,
    /// The most it pays in a day of your time zone.
    pub(super) daily_budget: Option<Money>,
}

/// A campaign.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Campaign {
    /// The campaign.
    pub(super) campaign_id: String,
    /// What you call it.
    pub(super) name: String,
    /// What the ad says first.
    pub(super) headline: String,
    /// What it says then.
    pub(super) body: String,
    /// Where a click leads.
    pub(super) landing_url: String,
    /// The language it is in.
    pub(super) locale: String,
    /// Interests it aims at; empty for anyone.
    pub(super) interests: Vec<String>,
    /// The most it pays for a click.
    pub(super) bid: Money,
    /// The most it pays in a day of your time zone.
    pub(super) daily_budget: Money,
    /// What it has paid today.
    pub(super) spent_today: Money,
    /// Whether people of other companies see it too.
    pub(super) open_to_all: bool,
    /// "active" or "paused".
    pub(super) status: String,
    /// Counts its changes from 1; a charge is one too.
    pub(super) version: i64,
    /// When it was made.
    pub(super) created_at: DateTime<Utc>,
    /// When you changed it last.
    pub(super) updated_at: DateTime<Utc>,
}

/// A charged click.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct Charge {
    /// The charge.
    pub(super) charge_id: String,
    /// The campaign that was clicked.
    pub(super) campaign_id: String,
    /// The showing that was clicked; it is charged at most once.
    pub(super) serve_id: String,
    /// What the click cost.
    pub(super) price: Money,
    /// The day of your time zone whose budget it came from.
    pub(super) day: NaiveDate,
    /// When it was clicked.
    pub(super) occurred_at: DateTime<Utc>,
}

impl From<Amount> for Money {
    fn from(money: Amount) -> Self {
        Self { micros: money.micros, currency_code: money.currency.code().to_owned() }
    }
}

impl From<Money> for terms::Amount {
    fn from(money: Money) -> Self {
        Self { micros: money.micros, currency_code: money.currency_code }
    }
}

impl From<NewCampaign> for Draft {
    fn from(new: NewCampaign) -> Self {
        Self {
            name: new.name,
            headline: new.headline,
            body: new.body,
            landing_url: new.landing_url,
            locale: new.locale,
            interests: new.interests,
            bid: new.bid.into(),
            daily_budget: new.daily_budget.into(),
            open_to_all: new.open_to_all,
        }
    }
}

impl From<CampaignChange> for terms::Change {
    fn from(change: CampaignChange) -> Self {
        Self {
            status: change.status,
            bid: change.bid.map(Into::into),
            daily_budget: change.daily_budget.map(Into::into),
        }
    }
}

impl From<WithSpent> for Campaign {
    fn from(WithSpent { campaign, spent_today }: WithSpent) -> Self {
        Self {
            campaign_id: campaign.campaign_id.to_string(),
            name: campaign.name,
            headline: campaign.headline,
            body: campaign.body,
            landing_url: campaign.landing_url,
            locale: campaign.locale.as_str().to_owned(),
            interests: Interest::names(&campaign.interests),
            spent_today: Amount::new(spent_today, campaign.bid.currency).into(),
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

impl From<charges::Charge> for Charge {
    fn from(charge: charges::Charge) -> Self {
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

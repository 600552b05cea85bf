//! The ledger as an advertiser reads it.

use chrono::{DateTime, NaiveDate, Utc};

use super::{campaign::CampaignId, charge::ChargeId, money::Money};

/// A line of the ledger with the name of its campaign.
#[derive(Clone, Debug)]
pub struct Entry {
    pub charge_id: ChargeId,
    pub campaign_id: CampaignId,
    pub campaign_name: String,
    /// The day, in the tenant's time zone, whose budget paid.
    pub day: NaiveDate,
    pub price: Money,
    pub occurred_at: DateTime<Utc>,
}

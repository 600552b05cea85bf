//! Charges: one for each charged click.

use chassis::id::TenantId;
use chrono::{DateTime, NaiveDate, Utc};

use super::{campaign::CampaignId, money::Money, serve::ServeId};

chassis::typed_id! {
    pub struct ChargeId;
}

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct Charge {
    pub charge_id: ChargeId,
    /// The advertiser, who pays.
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
    pub serve_id: ServeId,
    /// The day, in the advertiser's time zone, whose budget it was charged to.
    pub day: NaiveDate,
    pub price: Money,
    pub occurred_at: DateTime<Utc>,
}

//! The ledger: charges and credits, as an advertiser reads it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{campaign::CampaignId, charge::ChargeId, money::Money, serve::ServeId};

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The id of the charge or of the credit.
    pub entry_id: Uuid,
    pub kind: EntryKind,
    pub campaign_id: CampaignId,
    /// Never negative; a credit lowers what is owed.
    pub amount: Money,
    /// The day whose budget paid for the click, or the day of the credit; in the advertiser's time zone.
    pub day: NaiveDate,
    pub occurred_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    Charge { serve_id: ServeId },
    Credit { charge_id: ChargeId, reason: String },
}

//! Spending beyond a budget, which no charge allows.

use chassis::id::TenantId;
use chrono::{Days, NaiveDate};

use super::campaign::CampaignId;

/// How long a lowered daily budget is stored: as long as [`checked_from`] reaches back, and the time before such a day in which
/// it may have been lowered.
pub const LOWERED_BUDGET_RETENTION: chrono::Duration = chrono::Duration::days(4);

/// Spending of a campaign beyond its budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overspend {
    pub tenant_id: TenantId,
    pub campaign_id: CampaignId,
    /// The day of the daily budget; `None` of the total budget.
    pub day: Option<NaiveDate>,
    pub micros: i64,
}

/// Returns the first day that is checked. It has ended in every time zone, and a click may still have been charged to it.
pub fn checked_from(today: NaiveDate) -> NaiveDate {
    today - Days::new(2)
}

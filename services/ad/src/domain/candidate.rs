//! Candidates: active campaigns with what an auction needs to know of them.

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    campaign::CampaignId,
    day::{DaySpent, day_in, next_day, spent_on},
    interest::InterestSet,
    money::Money,
};

/// An active campaign with its advertiser, as the index has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub campaign_id: CampaignId,
    /// The advertiser, who pays.
    pub tenant_id: TenantId,
    pub advertiser_name: String,
    /// The advertiser's time zone.
    pub time_zone: Tz,
    pub headline: String,
    pub body: String,
    pub locale: Locale,
    /// The interests that the campaign targets; empty for everyone.
    pub interests: InterestSet,
    /// The highest price of a click, a payable amount.
    pub bid: Money,
    /// Maximum spending per day, in micros.
    pub daily_budget: i64,
    /// Whether the ad is also served to people of other tenants.
    pub open_to_all: bool,
    /// The last day with spending.
    pub spent: Option<DaySpent>,
}

/// What a campaign bids now, and until when that holds if nothing is spent or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// A payable amount in micros, at least the currency's floor; `None` if the campaign takes part in no auction.
    pub bid: Option<i64>,
    pub until: DateTime<Utc>,
}

impl Candidate {
    /// Returns what the campaign bids: its bid, or the rest of the day's budget if that is less.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        let today = day_in(self.time_zone, now);
        let left = self.daily_budget - spent_on(today, self.spent);
        let currency = self.bid.currency;
        let bid = currency.round_down(self.bid.micros.min(left));
        Standing { bid: (bid >= currency.floor()).then_some(bid), until: next_day(self.time_zone, today) }
    }
}

#[cfg(test)]
#[path = "candidate_tests.rs"]
pub(crate) mod tests;

//! Candidates: active campaigns with what an auction needs to know of them.

use chassis::{id::TenantId, text::Locale};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    campaign::{CampaignId, Hours, Schedule},
    creative::{CreativeId, ShownImage},
    ctr::{self, Ppm},
    day::{DaySpent, day_in, next_day, next_hour, spent_on, start_of},
    interest::InterestSet,
    money::Money,
    pacing::{Line, Start},
    serve::ServeId,
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
    pub schedule: Schedule,
    /// The approved creatives, oldest first; at least one.
    pub variants: Vec<Variant>,
    pub locale: Locale,
    /// The interests that the campaign targets; empty for everyone.
    pub interests: InterestSet,
    /// The highest price of a click, a payable amount.
    pub bid: Money,
    /// Maximum spending per day, in micros.
    pub daily_budget: i64,
    /// What is left of the total budget, in micros; `None` without a total budget.
    pub total_left: Option<i64>,
    /// Whether the ad is also served to people of other tenants.
    pub open_to_all: bool,
    /// Maximum impressions a person a day; `None` for no maximum.
    pub frequency_cap: Option<u8>,
    /// The last day with spending.
    pub spent: Option<DaySpent>,
}

/// A creative of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    pub creative_id: CreativeId,
    pub headline: String,
    pub body: String,
    pub image: Option<ShownImage>,
    /// The expected click-through rate.
    pub ctr: Ppm,
}

/// What a campaign bids now, and until when that holds if nothing is spent or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// A payable amount in micros, at least the currency's floor; `None` if the campaign takes part in no auction.
    pub bid: Option<i64>,
    pub until: DateTime<Utc>,
}

impl Candidate {
    /// Returns what the campaign bids: its bid, or the rest of its budgets if that is less. `start` is the start of its pace.
    pub fn standing(&self, start: Start, now: DateTime<Utc>) -> Standing {
        let (zone, currency) = (self.time_zone, self.bid.currency);
        let today = day_in(zone, now);
        let end = next_day(zone, today);
        let hours = self.schedule.hours;
        let until = if hours == Hours::ALL { end } else { next_hour(zone, now).min(end) };
        let spent = spent_on(today, self.spent);
        let left = (self.daily_budget - spent).min(self.total_left.unwrap_or(i64::MAX));
        let bid = currency.round_down(self.bid.micros.min(left));
        if !self.schedule.includes(now, zone) || bid < currency.floor() {
            return Standing { bid: None, until };
        }
        let midnight = start_of(zone, today);
        let start = if start.at < midnight { Start { at: midnight, spent: 0 } } else { start };
        let opens = Line { start, end, zone, hours, budget: spent + left }.opens(spent);
        if opens > now { Standing { bid: None, until: opens.min(until) } } else { Standing { bid: Some(bid), until } }
    }

    /// Starts the pace of a campaign that starts or changes now.
    pub fn start(&self, now: DateTime<Utc>) -> Start {
        Start { at: now, spent: spent_on(day_in(self.time_zone, now), self.spent) }
    }

    /// Reports whether the campaign keeps the pace that it had before a change: only its spending, its bid, its texts or its
    /// rates changed.
    pub fn keeps_pace(&self, before: &Self) -> bool {
        self.daily_budget == before.daily_budget
            && self.schedule == before.schedule
            && self.time_zone == before.time_zone
    }

    /// Returns the expected click-through rate of a serve.
    pub fn ctr(&self) -> Ppm {
        ctr::expected(self.variants.iter().map(|variant| variant.ctr))
    }

    /// Chooses the creative of a serve.
    pub fn choose(&self, serve: ServeId) -> &Variant {
        // The last bits of the id are random.
        let number = serve.as_uuid().as_u128() as u32;
        &self.variants[ctr::choose(self.variants.iter().map(|variant| variant.ctr), number)]
    }
}

#[cfg(test)]
#[path = "candidate_tests.rs"]
pub(crate) mod tests;

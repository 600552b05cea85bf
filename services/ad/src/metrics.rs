//! Business figures: what ad counts beside its requests.

use chassis::telemetry::{attribute, counter};
use opentelemetry::metrics::Counter;

use crate::domain::serve::Kind;
use crate::usecase::record_delivery::Outcome;

/// Counters of the process.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Times that ads were asked for, by whether there were any.
    selections: Counter<u64>,
    impressions: Counter<u64>,
    clicks: Counter<u64>,
    /// Counted clicks, by whether they were charged.
    charges: Counter<u64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            selections: counter("ad.selections", "Times that ads were asked for"),
            impressions: counter("ad.impressions", "Ads that were seen, each showing once"),
            clicks: counter("ad.clicks", "Ads that were followed, each showing once"),
            charges: counter("ad.charges", "Counted clicks, by whether the day's budget held them"),
        }
    }
}

impl Metrics {
    /// Ads were asked for, and this many found.
    pub fn selected(&self, ads: usize) {
        let outcome = if ads == 0 { "none" } else { "some" };
        self.selections.add(1, &[attribute("outcome", outcome)]);
    }

    /// An ad was seen or followed. A repetition was counted before.
    pub fn delivered(&self, kind: Kind, outcome: Outcome) {
        match (kind, outcome) {
            (_, Outcome::Repeated) => {}
            (Kind::Impression, _) => self.impressions.add(1, &[]),
            (Kind::Click, outcome) => {
                self.clicks.add(1, &[]);
                self.charges.add(1, &[attribute("outcome", outcome.name())]);
            }
        }
    }
}

//! Business metrics. README.md lists their names in Prometheus.

use chassis::telemetry::{attribute, counter};
use opentelemetry::metrics::Counter;

use crate::domain::delivery::{DeliveryKind, Outcome};

#[derive(Clone, Debug)]
pub struct Metrics {
    selections: Counter<u64>,
    impressions: Counter<u64>,
    clicks: Counter<u64>,
    charges: Counter<u64>,
    ignored: Counter<u64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            selections: counter("ad.selections", "Requests for ads, by whether any ad was selected"),
            impressions: counter("ad.impressions", "Impressions, each counted once"),
            clicks: counter("ad.clicks", "Clicks, each counted once"),
            charges: counter("ad.charges", "Clicks, by whether and why they were not charged"),
            ignored: counter("ad.ignored", "Requests of links that were not counted: no person was looking"),
        }
    }
}

impl Metrics {
    pub fn selected(&self, ads: usize) {
        let outcome = if ads == 0 { "none" } else { "some" };
        self.selections.add(1, &[attribute("outcome", outcome)]);
    }

    /// Counts a request of a link that no person looked at.
    pub fn ignored(&self, kind: DeliveryKind) {
        self.ignored.add(1, &[attribute("kind", kind.name())]);
    }

    /// Counts a delivery. A repeated delivery is ignored: its first request was counted.
    pub fn delivered(&self, kind: DeliveryKind, outcome: Outcome) {
        match (kind, outcome) {
            (_, Outcome::Repeated) => {}
            (_, Outcome::NoImpression) => self.charges.add(1, &[attribute("outcome", outcome.name())]),
            (DeliveryKind::Impression, _) => self.impressions.add(1, &[]),
            (DeliveryKind::Click, outcome) => {
                self.clicks.add(1, &[]);
                self.charges.add(1, &[attribute("outcome", outcome.name())]);
            }
        }
    }
}

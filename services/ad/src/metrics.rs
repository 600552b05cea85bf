//! Business metrics. README.md lists their names in Prometheus.

use chassis::telemetry::{attribute, counter, gauge};
use opentelemetry::metrics::{Counter, Gauge};

use crate::domain::{
    delivery::{DeliveryKind, Outcome},
    reconcile::Check,
    refusal::Refusal,
};

#[derive(Clone, Debug)]
pub struct Metrics {
    selections: Counter<u64>,
    impressions: Counter<u64>,
    clicks: Counter<u64>,
    charges: Counter<u64>,
    ignored: Counter<u64>,
    differences: Gauge<f64>,
    overspend: Gauge<f64>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self {
            selections: counter("ad.selections", "Requests for ads, by whether any ad was selected"),
            impressions: counter("ad.impressions", "Impressions, each counted once"),
            clicks: counter("ad.clicks", "Clicks, each counted once"),
            charges: counter("ad.charges", "Counted clicks, by whether and why they were not charged"),
            differences: gauge("ad.reconcile.differences", "Differences that the last reconciliation found"),
            overspend: gauge("ad.overspend.micros", "Most that one campaign has spent beyond a budget"),
            ignored: counter("ad.ignored", "Requests of links that were not counted, by reason"),
        }
    }
}

impl Metrics {
    pub fn selected(&self, ads: usize) {
        let outcome = if ads == 0 { "none" } else { "some" };
        self.selections.add(1, &[attribute("outcome", outcome)]);
    }

    /// Counts a request of a link that is not counted as a delivery.
    pub fn ignored(&self, kind: DeliveryKind, reason: Refusal) {
        self.ignored.add(1, &[attribute("kind", kind.name()), attribute("reason", reason.name())]);
    }

    /// Records the number of differences that a check found.
    pub fn reconciled(&self, check: Check, differences: usize) {
        self.differences.record(differences as f64, &[attribute("check", check.name())]);
    }

    /// Records the most that one campaign has overspent, in its own currency.
    pub fn overspent(&self, micros: i64) {
        self.overspend.record(micros as f64, &[]);
    }

    /// Counts a delivery. A repeated delivery is not counted again, and a refused click is counted by [`Self::ignored`].
    pub fn delivered(&self, kind: DeliveryKind, outcome: Outcome) {
        match (kind, outcome) {
            (_, Outcome::Repeated | Outcome::NoImpression) => {}
            (DeliveryKind::Impression, _) => self.impressions.add(1, &[]),
            (DeliveryKind::Click, outcome) => {
                self.clicks.add(1, &[]);
                self.charges.add(1, &[attribute("outcome", outcome.name())]);
            }
        }
    }
}

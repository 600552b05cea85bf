//! Metrics of the memory of viewers.

use std::sync::Arc;

use chassis::telemetry::{attribute, counter, observable_gauge};
use opentelemetry::metrics::Counter;

use super::cache::Cache;

#[derive(Clone, Debug)]
pub(super) struct Metrics {
    lookups: Counter<u64>,
}

/// How a person was found.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lookup {
    /// In the memory.
    Hit,
    /// In the database; then kept.
    Miss,
    /// In the database, because the memory is not used.
    Bypassed,
    /// Not at all: the selection is contextual.
    Failed,
}

impl Metrics {
    pub(super) fn new(cache: &Arc<Cache>) -> Self {
        let cache = Arc::downgrade(cache);
        observable_gauge("ad.viewers", "People in the memory of viewers", move || {
            [(cache.upgrade().map_or(0.0, |cache| cache.len() as f64), vec![])]
        });
        Self { lookups: counter("ad.viewer_lookups", "Lookups of viewers, by where they were found") }
    }

    pub(super) fn looked_up(&self, lookup: Lookup) {
        let outcome = match lookup {
            Lookup::Hit => "hit",
            Lookup::Miss => "miss",
            Lookup::Bypassed => "bypassed",
            Lookup::Failed => "failed",
        };
        self.lookups.add(1, &[attribute("outcome", outcome)]);
    }
}

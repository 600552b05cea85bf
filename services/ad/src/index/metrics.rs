//! Metrics of the index.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chassis::telemetry::{counter, duration_histogram, gauge, observable_gauge};
use opentelemetry::metrics::{Counter, Gauge, Histogram};

#[derive(Clone)]
pub(super) struct Metrics {
    size: Gauge<f64>,
    changes: Counter<u64>,
    differences: Counter<u64>,
    upkeep: Histogram<f64>,
    /// When the index last agreed with the database; at first when the process started.
    read_at: Arc<Mutex<Instant>>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let read_at = Arc::new(Mutex::new(Instant::now()));
        let last = Arc::clone(&read_at);
        observable_gauge("ad.index.age.seconds", "Time since the index last followed the database", move || {
            let read_at = *last.lock().unwrap_or_else(PoisonError::into_inner);
            [(read_at.elapsed().as_secs_f64(), vec![])]
        });
        let differences = counter("ad.index.differences", "Campaigns that a comparison found unlike the database");
        // An alert on the increase needs the value before the first difference.
        differences.add(0, &[]);
        Self {
            size: gauge("ad.index.campaigns", "Campaigns in the index"),
            changes: counter("ad.index.changes", "Changes of campaigns that the index followed"),
            differences,
            upkeep: duration_histogram("ad.index.upkeep", "Time to apply changes to the index, without reading them"),
            read_at,
        }
    }

    /// Records that the index has what the database had at `read_at`.
    pub(super) fn read(&self, read_at: Instant, size: usize) {
        *self.read_at.lock().unwrap_or_else(PoisonError::into_inner) = read_at;
        self.size.record(size as f64, &[]);
    }

    pub(super) fn applied(&self, changes: u64, time: Duration) {
        self.changes.add(changes, &[]);
        self.upkeep.record(time.as_secs_f64(), &[]);
    }

    pub(super) fn differences(&self, count: u64) {
        self.differences.add(count, &[]);
    }
}

//! Counts calls and prints the counts each second.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chassis::clock::Clock;

use crate::{
    kinds::{ALL_STEADY, Class, Kind},
    sample::{Failure, Line, Sample, Total},
};

/// Counters of calls. Clones share the counters.
#[derive(Clone)]
pub struct Meter {
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    second: BTreeMap<Kind, Counts>,
    run: BTreeMap<Kind, Counts>,
}

#[derive(Clone, Debug, Default)]
struct Counts {
    ok: u64,
    retried: u64,
    failed: u64,
    incomplete: u64,
    took: Vec<Duration>,
}

/// The outcome of a call.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Duration from the scheduled start to the end.
    pub took: Duration,
    pub retried: bool,
    /// Whether another product's part was missing in the response. That is not a failure.
    pub incomplete: bool,
    /// The error of a failed call.
    pub failed: Option<String>,
}

impl Meter {
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default() }
    }

    /// Counts a call. Prints a failure at once.
    pub fn record(&self, kind: Kind, outcome: Outcome) {
        let counts = Counts {
            ok: u64::from(outcome.failed.is_none()),
            retried: u64::from(outcome.retried),
            failed: u64::from(outcome.failed.is_some()),
            incomplete: u64::from(outcome.incomplete),
            took: vec![outcome.took],
        };
        let mut state = self.lock();
        state.second.entry(kind).or_default().add(&counts);
        state.run.entry(kind).or_default().add(&counts);
        drop(state);
        if let Some(text) = outcome.failed {
            let (product, name) = (kind.product.to_owned(), kind.name.to_owned());
            print(&Line::Failure(Failure { at: self.now(), product, kind: name, text }));
        }
    }

    /// Prints a line per kind each second, without end.
    pub async fn report(self) {
        let mut clock = tokio::time::interval(Duration::from_secs(1));
        clock.tick().await;
        loop {
            let second = self.now();
            clock.tick().await;
            let counts = std::mem::take(&mut self.lock().second);
            for (product, kind, counts) in with_totals(counts) {
                print(&Line::Sample(Sample { second, total: counts.total(product, kind) }));
            }
        }
    }

    /// Returns the totals of each kind since the start.
    pub fn totals(&self) -> Vec<Total> {
        let run = self.lock().run.clone();
        run.into_iter().map(|(kind, counts)| counts.total(kind.product, kind.name)).collect()
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the counts of each kind, and of all steady kinds together per product.
fn with_totals(second: BTreeMap<Kind, Counts>) -> Vec<(&'static str, &'static str, Counts)> {
    let mut all_steady: BTreeMap<&'static str, Counts> = BTreeMap::new();
    for (kind, counts) in second.iter().filter(|(kind, _)| kind.class == Class::Steady) {
        all_steady.entry(kind.product).or_default().add(counts);
    }
    let kinds = second.into_iter().map(|(kind, counts)| (kind.product, kind.name, counts));
    kinds.chain(all_steady.into_iter().map(|(product, counts)| (product, ALL_STEADY, counts))).collect()
}

/// Prints a line to standard output. The test reads it from the pod's log.
pub fn print(line: &Line) {
    println!("{}", serde_json::to_string(line).expect("plain data can be written as JSON"));
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.ok += other.ok;
        self.retried += other.retried;
        self.failed += other.failed;
        self.incomplete += other.incomplete;
        self.took.extend(&other.took);
    }

    fn total(mut self, product: &str, kind: &str) -> Total {
        self.took.sort_unstable();
        // Quantile by nearest rank.
        let quantile = |part: f64| {
            let rank = (part * self.took.len() as f64).ceil() as usize;
            self.took.get(rank.saturating_sub(1)).map_or(0.0, |took| round(took.as_secs_f64() * 1000.0))
        };
        Total {
            product: product.to_owned(),
            kind: kind.to_owned(),
            ok: self.ok,
            retried: self.retried,
            failed: self.failed,
            incomplete: self.incomplete,
            p50_ms: quantile(0.5),
            p99_ms: quantile(0.99),
            max_ms: quantile(1.0),
        }
    }
}

fn round(milliseconds: f64) -> f64 {
    (milliseconds * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds;

    fn counts(milliseconds: impl IntoIterator<Item = u64>) -> Counts {
        let took: Vec<_> = milliseconds.into_iter().map(Duration::from_millis).collect();
        Counts { ok: took.len() as u64, took, ..Counts::default() }
    }

    #[test]
    fn quantiles_are_by_nearest_rank() {
        let total = counts((1..=100).rev()).total("ad", "click");
        assert_eq!((total.p50_ms, total.p99_ms, total.max_ms), (50.0, 99.0, 100.0));
        let none = Counts::default().total("ad", "click");
        assert_eq!((none.p50_ms, none.max_ms), (0.0, 0.0));
    }

    #[test]
    fn steady_kinds_are_also_counted_per_product() {
        let second = BTreeMap::from([
            (kinds::CLICK, counts([1])),
            (kinds::IMPRESSION, counts([2, 3])),
            (kinds::SIGN_IN, counts([400])),
        ]);
        let all_steady: Vec<_> = with_totals(second).into_iter().filter(|(_, kind, _)| *kind == ALL_STEADY).collect();
        assert_eq!(all_steady.len(), 1);
        assert_eq!((all_steady[0].0, all_steady[0].2.ok), ("ad", 3));
    }
}

//! Counts how calls go, and says so each second.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chassis::clock::Clock;

use crate::{
    kinds::{Kind, Nature, TOGETHER},
    sample::{Failure, Line, Sample, Total},
};

/// Counts. Clones share the counts.
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
    lacking: u64,
    took: Vec<Duration>,
}

/// How a call went.
#[derive(Debug, Default)]
pub struct Outcome {
    /// From the time it was due to its end.
    pub took: Duration,
    /// Whether it was tried once more.
    pub retried: bool,
    /// Whether the answer lacked the part of another product; a client is content all the same.
    pub lacking: bool,
    /// What went wrong, when a client noticed.
    pub failed: Option<String>,
}

impl Meter {
    /// Nothing counted yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default() }
    }

    /// Counts a call. What was noticed is printed at once.
    pub fn record(&self, kind: Kind, outcome: Outcome) {
        let counts = Counts {
            ok: u64::from(outcome.failed.is_none()),
            retried: u64::from(outcome.retried),
            failed: u64::from(outcome.failed.is_some()),
            lacking: u64::from(outcome.lacking),
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

    /// Prints a line a kind each second, for ever.
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

    /// Each kind, since the start.
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

/// Each kind, and for each product all steady kinds together.
fn with_totals(second: BTreeMap<Kind, Counts>) -> Vec<(&'static str, &'static str, Counts)> {
    let mut together: BTreeMap<&'static str, Counts> = BTreeMap::new();
    for (kind, counts) in second.iter().filter(|(kind, _)| kind.nature == Nature::Steady) {
        together.entry(kind.product).or_default().add(counts);
    }
    let kinds = second.into_iter().map(|(kind, counts)| (kind.product, kind.name, counts));
    kinds.chain(together.into_iter().map(|(product, counts)| (product, TOGETHER, counts))).collect()
}

/// Prints a line. The reader of a pod's log takes it from standard output.
pub fn print(line: &Line) {
    println!("{}", serde_json::to_string(line).expect("plain data is JSON"));
}

impl Counts {
    fn add(&mut self, other: &Self) {
        self.ok += other.ok;
        self.retried += other.retried;
        self.failed += other.failed;
        self.lacking += other.lacking;
        self.took.extend(&other.took);
    }

    fn total(mut self, product: &str, kind: &str) -> Total {
        self.took.sort_unstable();
        // The smallest that at least this part of all does not exceed.
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
            lacking: self.lacking,
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
    fn quantiles_are_those_of_all_calls() {
        let total = counts((1..=100).rev()).total("ad", "click");
        assert_eq!((total.p50_ms, total.p99_ms, total.max_ms), (50.0, 99.0, 100.0));
        let none = Counts::default().total("ad", "click");
        assert_eq!((none.p50_ms, none.max_ms), (0.0, 0.0));
    }

    #[test]
    fn the_steady_kinds_of_a_product_are_also_counted_together() {
        let second = BTreeMap::from([
            (kinds::CLICK, counts([1])),
            (kinds::IMPRESSION, counts([2, 3])),
            (kinds::SIGN_IN, counts([400])),
        ]);
        let together: Vec<_> = with_totals(second).into_iter().filter(|(_, kind, _)| *kind == TOGETHER).collect();
        assert_eq!(together.len(), 1);
        assert_eq!((together[0].0, together[0].2.ok), ("ad", 3));
    }
}

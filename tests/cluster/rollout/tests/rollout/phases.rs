//! Records which change was made to which product, and when.

use std::sync::{Mutex, PoisonError};

use chassis::clock::Clock;

/// One change of one product.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    pub(crate) product: &'static str,
    /// "upgrade", "roll back", "evict" or "delete".
    pub(crate) what: &'static str,
    /// Start, in milliseconds since 1970.
    pub(crate) began: i64,
    /// Time when the product was healthy again.
    pub(crate) ended: i64,
}

impl Phase {
    /// Whether `at` is within the phase.
    pub(crate) fn has(&self, at: i64) -> bool {
        (self.began..=self.ended).contains(&at)
    }

    /// Returns the duration.
    pub(crate) fn seconds(&self) -> i64 {
        (self.ended - self.began) / 1000
    }
}

/// The recorded phases.
pub(crate) struct Phases {
    clock: Clock,
    noted: Mutex<Vec<Phase>>,
}

impl Phases {
    pub(crate) fn new() -> Self {
        Self { clock: Clock::system(), noted: Mutex::default() }
    }

    /// Runs `work` and records its start and end.
    pub(crate) async fn note<T>(&self, product: &'static str, what: &'static str, work: impl Future<Output = T>) -> T {
        let began = self.now();
        let done = work.await;
        let phase = Phase { product, what, began, ended: self.now() };
        println!("{product:<7} {what:<9} {:>4} s", phase.seconds());
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).push(phase);
        done
    }

    /// Returns milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// Returns the phases so far.
    pub(crate) fn all(&self) -> Vec<Phase> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

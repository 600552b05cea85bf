//! What was done to which product, and when.

use std::sync::{Mutex, PoisonError};

use chassis::clock::Clock;

/// One thing that was done to one product.
#[derive(Clone, Debug)]
pub(crate) struct Phase {
    /// The product.
    pub(crate) product: &'static str,
    /// What was done.
    pub(crate) what: &'static str,
    /// When it began, in milliseconds since 1970.
    pub(crate) began: i64,
    /// When all was well again.
    pub(crate) ended: i64,
}

impl Phase {
    /// Whether something that ended then is within it.
    pub(crate) fn has(&self, at: i64) -> bool {
        (self.began..=self.ended).contains(&at)
    }

    /// How long it took.
    pub(crate) fn seconds(&self) -> i64 {
        (self.ended - self.began) / 1000
    }
}

/// Takes notes.
pub(crate) struct Phases {
    clock: Clock,
    noted: Mutex<Vec<Phase>>,
}

impl Phases {
    /// An empty list.
    pub(crate) fn new() -> Self {
        Self { clock: Clock::system(), noted: Mutex::default() }
    }

    /// Does it, and notes when it began and ended.
    pub(crate) async fn note<T>(&self, product: &'static str, what: &'static str, work: impl Future<Output = T>) -> T {
        let began = self.now();
        let done = work.await;
        let phase = Phase { product, what, began, ended: self.now() };
        println!("{product:<7} {what:<9} {:>4} s", phase.seconds());
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).push(phase);
        done
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// What was noted so far.
    pub(crate) fn all(&self) -> Vec<Phase> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

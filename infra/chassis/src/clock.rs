//! The time, which comes in through the composition root so that a test can fix it.
//!
//! To ask for the time: keep a [`Clock`] in the product's `App`, made by [`Clock::system`] in `main`, and call
//! [`Clock::now`]. In a test: [`Clock::fixed`], and [`Clock::advance`] to let time pass for every clone of it.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// A source of the current time. Clones share it.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `now`, for tests.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(now))))
    }

    /// The time, to the microsecond: what Postgres keeps, so that a value read back equals the one written.
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes in")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Fixed(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Lets time pass on a fixed clock.
    ///
    /// # Panics
    /// On the machine's clock, which nobody can move.
    pub fn advance(&self, by: Duration) {
        match &self.0 {
            Source::System => panic!("only a fixed clock can be advanced"),
            Source::Fixed(now) => *now.lock().unwrap_or_else(PoisonError::into_inner) += by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_fixed_clock_move_together() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let clone = clock.clone();
        clock.advance(Duration::minutes(5));
        assert_eq!(clone.now(), DateTime::UNIX_EPOCH + Duration::minutes(5));
    }
}

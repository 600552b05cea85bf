//! The current time, injected so that a test can control it.
//!
//! To read the time: 1. create [`Clock::system`] in `main` and store it in the product's `App`; 2. call [`Clock::now`].
//! In a test: 1. create [`Clock::fixed`]; 2. move it with [`Clock::advance`], which moves all its clones.
//! [`Clock::shifted`] runs, so that processes can share a time that is not the present one.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// A source of the current time. Clones share the source.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Shifted(Duration),
    Fixed(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The operating system's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock for tests that is ahead of the operating system's by `by`, or behind if it is negative.
    pub fn shifted(by: Duration) -> Self {
        Self(Source::Shifted(by))
    }

    /// A clock for tests that shows `now` until it is advanced.
    pub fn fixed(now: DateTime<Utc>) -> Self {
        Self(Source::Fixed(Arc::new(Mutex::new(now))))
    }

    /// The current time in microseconds, the precision of Postgres: a stored value reads back equal.
    #[expect(clippy::disallowed_methods, reason = "the only place that reads the system clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::System => Utc::now().trunc_subsecs(6),
            Source::Shifted(by) => (Utc::now() + *by).trunc_subsecs(6),
            Source::Fixed(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a fixed clock forward.
    ///
    /// # Panics
    /// On a clock that runs.
    pub fn advance(&self, by: Duration) {
        match &self.0 {
            Source::System | Source::Shifted(_) => panic!("only a fixed clock can be advanced"),
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

    #[test]
    fn a_shifted_clock_keeps_its_distance() {
        let (system, shifted) = (Clock::system(), Clock::shifted(Duration::hours(-5)));
        let before = system.now();
        let now = shifted.now() + Duration::hours(5);
        assert!(before <= now && now <= system.now());
    }
}

//! Closed-loop load: a fixed number of concurrent calls, each started when an earlier one ends.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures::{StreamExt, TryStreamExt};

/// Durations of the calls of one or more rounds.
#[derive(Debug, Default)]
pub(crate) struct Rounds {
    /// One duration per call.
    pub(crate) took: Vec<Duration>,
    /// Total duration of the rounds.
    elapsed: Duration,
}

impl Rounds {
    /// Runs one more round of `calls` calls, `at_once` at a time.
    pub(crate) async fn add<F: Future<Output = Result<()>>>(
        &mut self,
        calls: usize,
        at_once: usize,
        call: impl Fn() -> F,
    ) -> Result<()> {
        let began = Instant::now();
        let timed = async || {
            let began = Instant::now();
            call().await?;
            anyhow::Ok(began.elapsed())
        };
        let took: Vec<_> =
            futures::stream::iter(0..calls).map(|_| timed()).buffer_unordered(at_once).try_collect().await?;
        self.elapsed += began.elapsed();
        self.took.extend(took);
        Ok(())
    }

    /// Returns the calls per second over all rounds.
    pub(crate) fn rate(&self) -> f64 {
        self.took.len() as f64 / self.elapsed.as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_all_rounds() {
        let rounds = Rounds { took: vec![Duration::from_secs(2); 6], elapsed: Duration::from_secs(4) };
        assert_eq!(rounds.rate(), 1.5);
    }

    #[tokio::test]
    async fn concurrency_is_limited() {
        use std::cell::Cell;
        let (now, most) = (Cell::new(0), Cell::new(0));
        let mut rounds = Rounds::default();
        let call = || async {
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            tokio::task::yield_now().await;
            now.set(now.get() - 1);
            Ok(())
        };
        rounds.add(20, 4, call).await.expect("no call fails");
        assert_eq!((rounds.took.len(), most.get()), (20, 4));
    }
}

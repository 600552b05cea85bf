//! The loop of a periodic worker.

use std::{error::Error, time::Duration};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::error::chain;

/// Runs `work` at once and then every `period` until `stop` is cancelled. Work in progress finishes first.
///
/// An error is logged with `name`, and the work runs again after the next period.
pub async fn every<F, E>(
    period: Duration,
    stop: CancellationToken,
    name: &'static str,
    mut work: impl FnMut() -> F + Send,
) where
    F: Future<Output = Result<(), E>> + Send,
    E: Error + 'static,
{
    let mut ticks = interval(period);
    // Ticks that were missed during long work are skipped.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(ticks.tick()).await.is_some() {
        if let Err(error) = work().await {
            tracing::warn!(worker = name, error = chain(&error), "worker failed, retrying");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn failed_work_runs_again_until_it_is_stopped() {
        let (stop, mut runs) = (CancellationToken::new(), 0);
        let started = tokio::time::Instant::now();
        every(Duration::from_secs(60), stop.clone(), "work", || {
            runs += 1;
            if runs == 3 {
                stop.cancel();
            }
            std::future::ready(if runs == 1 { Err(io::Error::other("no")) } else { Ok(()) })
        })
        .await;
        assert_eq!((runs, started.elapsed()), (3, Duration::from_secs(120)));
    }
}

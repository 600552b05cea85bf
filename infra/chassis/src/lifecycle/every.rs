//! What a worker does again and again.

use std::{error::Error, time::Duration};

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::error::chain;

/// Does `work` at once, and then every `period`, until told to stop: what has begun by then is ended first. What fails is
/// said, by its name, and tried again at the next turn.
pub async fn every<F, E>(
    period: Duration,
    stop: CancellationToken,
    name: &'static str,
    mut work: impl FnMut() -> F + Send,
) where
    F: Future<Output = Result<(), E>> + Send,
    E: Error + 'static,
{
    let mut turns = interval(period);
    // Turns missed by work that took long are not made up for.
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(turns.tick()).await.is_some() {
        if let Err(error) = work().await {
            tracing::warn!(worker = name, error = chain(&error), "failed, and is tried again");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn work_that_fails_is_tried_again_until_told_to_stop() {
        let (stop, mut turns) = (CancellationToken::new(), 0);
        let started = tokio::time::Instant::now();
        every(Duration::from_secs(60), stop.clone(), "work", || {
            turns += 1;
            if turns == 3 {
                stop.cancel();
            }
            std::future::ready(if turns == 1 { Err(io::Error::other("no")) } else { Ok(()) })
        })
        .await;
        assert_eq!((turns, started.elapsed()), (3, Duration::from_secs(120)));
    }
}

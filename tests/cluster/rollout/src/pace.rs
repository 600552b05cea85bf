//! Open-loop load: calls start on schedule, even if earlier ones have not ended.

use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Starts calls at their rates until it is stopped.
#[derive(Debug, Default)]
pub struct Pace {
    stop: CancellationToken,
    tasks: TaskTracker,
    started: u32,
}

impl Pace {
    /// Makes `rate` calls per second; none at a rate of 0. Passes each call its number and its scheduled start.
    pub fn each<F>(&mut self, rate: f64, call: impl Fn(u64, Instant) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if rate <= 0.0 {
            return;
        }
        let period = Duration::from_secs_f64(1.0 / rate);
        // Offset the kinds by the golden ratio, so that no two start at the same moment.
        let first = period.mul_f64(f64::from(self.started) * 0.618_033_988_75 % 1.0);
        self.started += 1;
        let (stop, tasks) = (self.stop.clone(), self.tasks.clone());
        self.tasks.spawn(async move {
            let mut clock = interval_at(Instant::now() + first, period);
            clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
            for number in 0.. {
                let Some(due) = stop.run_until_cancelled(clock.tick()).await else { return };
                tasks.spawn(call(number, due));
            }
        });
    }

    /// Stops starting calls, and waits for the running ones.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    };

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn slow_answers_do_not_slow_the_load() {
        let mut pace = Pace::default();
        let ended = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&ended);
        pace.each(10.0, move |_, _| {
            let counter = Arc::clone(&counter);
            async move {
                tokio::time::sleep(Duration::from_secs(5)).await;
                counter.fetch_add(1, Ordering::Relaxed);
            }
        });
        pace.each(0.0, |_, _| async { panic!("a rate of 0 is none") });
        tokio::time::sleep(Duration::from_millis(2050)).await;
        assert_eq!(ended.load(Ordering::Relaxed), 0);
        pace.stop().await;
        assert_eq!(ended.load(Ordering::Relaxed), 21, "running calls are waited for");
    }
}

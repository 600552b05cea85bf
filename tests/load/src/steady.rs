//! Open-loop load at a low, steady rate: calls start on schedule, even if earlier ones have not ended.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::{
    sync::mpsc::{self, UnboundedReceiver},
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::CancellationToken;

/// Results of the calls.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Durations of the successful calls.
    pub(crate) took: Vec<Duration>,
    /// Errors of the failed calls.
    pub(crate) failed: Vec<String>,
}

impl Answers {
    /// Adds the results of another run.
    pub(crate) fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.failed.extend(other.failed);
    }
}

/// Running background calls.
#[derive(Debug)]
pub(crate) struct Steady {
    stop: CancellationToken,
    calls: JoinHandle<Answers>,
}

impl Steady {
    /// Starts a call at each interval.
    pub(crate) fn begin<F>(every: Duration, call: impl Fn() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let stop = CancellationToken::new();
        Self { calls: tokio::spawn(run(every, stop.clone(), call)), stop }
    }

    /// Stops starting calls, and waits for the running ones.
    pub(crate) async fn end(self) -> Result<Answers> {
        self.stop.cancel();
        Ok(self.calls.await?)
    }
}

async fn run<F>(every: Duration, stop: CancellationToken, call: impl Fn() -> F) -> Answers
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut ticks = ticks(every, stop);
    let mut calls = JoinSet::new();
    while ticks.recv().await.is_some() {
        let (began, answer) = (Instant::now(), call());
        calls.spawn(async move { answer.await.map(|()| began.elapsed()) });
    }
    let mut answers = Answers::default();
    while let Some(answer) = calls.join_next().await {
        match answer {
            Ok(Ok(took)) => answers.took.push(took),
            Ok(Err(error)) => answers.failed.push(format!("{error:#}")),
            Err(error) => answers.failed.push(error.to_string()),
        }
    }
    answers
}

/// Ticks on schedule until `stop`. By a thread, because tokio's timer has a precision of 1 ms: shorter intervals would come in
/// bursts.
#[expect(clippy::disallowed_methods, reason = "sleeps on a thread of its own, not on one of the runtime")]
fn ticks(every: Duration, stop: CancellationToken) -> UnboundedReceiver<()> {
    let (ticks, received) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let mut due = Instant::now();
        while !stop.is_cancelled() && ticks.send(()).is_ok() {
            due += every;
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
    });
    received
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[tokio::test]
    async fn running_calls_are_waited_for() {
        let (begun, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let steady = Steady::begin(Duration::from_millis(1), move || {
            let sent = begun.send(());
            async move {
                sent?;
                tokio::task::yield_now().await;
                Ok(())
            }
        });
        for _ in 0..3 {
            seen.recv().await.expect("later calls are started");
        }
        let answers = steady.end().await.expect("an end");
        assert!(answers.took.len() >= 3 && answers.failed.is_empty(), "{answers:?}");
    }

    #[tokio::test]
    async fn failures_are_collected() {
        let (begun, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let steady = Steady::begin(Duration::from_millis(1), move || {
            let sent = begun.send(());
            async move {
                sent?;
                bail!("not now")
            }
        });
        seen.recv().await.expect("later calls are started");
        let answers = steady.end().await.expect("an end");
        assert!(answers.took.is_empty());
        assert_eq!(answers.failed.first().map(String::as_str), Some("not now"));
    }
}

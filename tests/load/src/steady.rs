//! Open-loop calls at a small steady rate, beside something else: they begin when they are due, however long those
//! before them take.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::{
    task::{JoinHandle, JoinSet},
    time::MissedTickBehavior,
};
use tokio_util::sync::CancellationToken;

/// What came of the calls.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Each good one.
    pub(crate) took: Vec<Duration>,
    /// Why others failed.
    pub(crate) failed: Vec<String>,
}

impl Answers {
    /// Those of another time, too.
    pub(crate) fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.failed.extend(other.failed);
    }
}

/// Calls that go on.
#[derive(Debug)]
pub(crate) struct Steady {
    stop: CancellationToken,
    calls: JoinHandle<Answers>,
}

impl Steady {
    /// Begins.
    pub(crate) fn begin<F>(every: Duration, call: impl Fn() -> F + Send + 'static) -> Self
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        let stop = CancellationToken::new();
        Self { calls: tokio::spawn(run(every, stop.clone(), call)), stop }
    }

    /// Begins no more, and waits for those that have begun.
    pub(crate) async fn end(self) -> Result<Answers> {
        self.stop.cancel();
        Ok(self.calls.await?)
    }
}

async fn run<F>(every: Duration, stop: CancellationToken, call: impl Fn() -> F) -> Answers
where
    F: Future<Output = Result<()>> + Send + 'static,
{
    let mut clock = tokio::time::interval(every);
    clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut calls = JoinSet::new();
    while stop.run_until_cancelled(clock.tick()).await.is_some() {
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

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[tokio::test]
    async fn calls_that_have_begun_are_waited_for() {
        let (begun, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let steady = Steady::begin(Duration::from_millis(1), move || {
            let told = begun.send(());
            async move {
                told?;
                tokio::task::yield_now().await;
                Ok(())
            }
        });
        for _ in 0..3 {
            seen.recv().await.expect("it goes on");
        }
        let answers = steady.end().await.expect("an end");
        assert!(answers.took.len() >= 3 && answers.failed.is_empty(), "{answers:?}");
    }

    #[tokio::test]
    async fn failures_are_kept_apart() {
        let (begun, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let steady = Steady::begin(Duration::from_millis(1), move || {
            let told = begun.send(());
            async move {
                told?;
                bail!("not now")
            }
        });
        seen.recv().await.expect("it goes on");
        let answers = steady.end().await.expect("an end");
        assert!(answers.took.is_empty());
        assert_eq!(answers.failed.first().map(String::as_str), Some("not now"));
    }
}

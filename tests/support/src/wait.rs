use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Deadline of every wait: far above the expected time, so that a slow machine fails no test.
const DEADLINE: Duration = Duration::from_secs(60);

/// Polls `check` until it returns `Some`, and returns the value.
///
/// # Panics
/// If there is no value within a minute. The message names `what`.
pub async fn eventually<T, F>(what: &str, mut check: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let until = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = check().await {
            return answer;
        }
        assert!(Instant::now() < until, "waited {} s for {what}", DEADLINE.as_secs());
        sleep(Duration::from_millis(20)).await;
    }
}

/// Interval between polls of a cluster, each of which starts a process.
const CLUSTER_POLL: Duration = Duration::from_millis(500);

/// Polls `check` until it returns `Ok`, and returns the value. Use it for a cluster, because its changes take longer.
///
/// # Panics
/// If there is no value within `limit`. The message names `what` and the last error.
pub async fn within<T, F>(limit: Duration, what: &str, mut check: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, String>>,
{
    let until = Instant::now() + limit;
    loop {
        match check().await {
            Ok(value) => return value,
            Err(why) => assert!(Instant::now() < until, "waited {} s for {what}: {why}", limit.as_secs()),
        }
        sleep(CLUSTER_POLL).await;
    }
}

//! Waiting for a cluster: as `support::eventually`, for as long as rollouts take, and with what was in the way.

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The longest that a rollout, or anything else that a cluster does, may take.
pub(crate) const ROLLOUT: Duration = Duration::from_secs(600);

const POLL: Duration = Duration::from_secs(1);

/// Asks until there is an answer, and gives it. Fails after `limit`, with what the last one said.
pub(crate) async fn within<T, F>(limit: Duration, what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, String>>,
{
    let until = Instant::now() + limit;
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(not_yet) => assert!(Instant::now() < until, "waited {} s for {what}: {not_yet}", limit.as_secs()),
        }
        sleep(POLL).await;
    }
}

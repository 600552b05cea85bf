use std::time::Duration;

use tokio::time::{Instant, sleep};

/// The most that anything may take here: far above what it does take, so that a slow machine fails nothing.
const DEADLINE: Duration = Duration::from_secs(60);

/// Asks until there is an answer, and gives it.
///
/// # Panics
/// When there is none within a minute; says for what it waited.
pub async fn eventually<T, F>(what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let until = Instant::now() + DEADLINE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < until, "waited {} s for {what}", DEADLINE.as_secs());
        sleep(Duration::from_millis(20)).await;
    }
}

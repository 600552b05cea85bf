//! Tests that change what runs take turns, poll with a deadline, and leave all as they found it.

use std::{panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, sleep},
};

/// Waits until no other test changes the cluster; hold what it gives.
pub async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// Runs `test` and then `after`, whatever has become of the test.
///
/// # Panics
/// When the test does.
pub async fn afterwards(test: impl Future<Output = ()>, after: impl Future<Output = ()>) {
    let outcome = AssertUnwindSafe(test).catch_unwind().await;
    after.await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// Asks until the answer is `Ok`, and gives it.
///
/// # Panics
/// When it isn't within `limit`: says what `Err` it was.
pub async fn within<T, F>(limit: Duration, what: &str, mut ask: impl FnMut() -> F) -> T
where
    F: Future<Output = Result<T, String>>,
{
    let until = Instant::now() + limit;
    loop {
        match ask().await {
            Ok(answer) => return answer,
            Err(why) => assert!(Instant::now() < until, "waited {} s for {what}: {why}", limit.as_secs()),
        }
        sleep(Duration::from_millis(500)).await;
    }
}

//! Serialises tests that change the cluster, and runs their cleanup.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::sync::{Mutex, MutexGuard};

/// Waits until no other test changes the cluster. Hold the guard for the duration of the test.
pub async fn exclusive() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::const_new(());
    LOCK.lock().await
}

/// Runs `test`, then `cleanup`, even if the test panics.
///
/// # Panics
/// If the test panics.
pub async fn with_cleanup(test: impl Future<Output = ()>, cleanup: impl Future<Output = ()>) {
    let outcome = AssertUnwindSafe(test).catch_unwind().await;
    cleanup.await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

//! Limits the token refreshes of this process: one per session, a few at a time, none for two seconds after a failure.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use futures::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::domain::web_session::{Access, WebSessionId};

/// Fewer than the connections of the pool, so that pages always get connections.
const MAX_CONCURRENT: usize = 6;

/// The time without calls to login after login did not answer.
const BACKOFF: Duration = Duration::seconds(2);

/// The result of a refresh, shared by all pages that wait for it.
pub type Refresh = Shared<BoxFuture<'static, Access>>;

/// Clones share the state.
#[derive(Clone)]
pub struct Refreshes(Arc<State>);

struct State {
    in_progress: Mutex<HashMap<WebSessionId, Refresh>>,
    permits: Semaphore,
    failed_at: Mutex<Option<DateTime<Utc>>>,
}

impl Default for Refreshes {
    fn default() -> Self {
        let permits = Semaphore::new(MAX_CONCURRENT);
        Self(Arc::new(State { in_progress: Mutex::default(), permits, failed_at: Mutex::default() }))
    }
}

impl Refreshes {
    /// Joins the session's refresh in progress, or starts `work`. The work finishes even when no page waits for it.
    pub fn join(&self, id: WebSessionId, work: impl Future<Output = Access> + Send + 'static) -> Refresh {
        let mut in_progress = lock(&self.0.in_progress);
        if let Some(refresh) = in_progress.get(&id) {
            return refresh.clone();
        }
        let done = Done { refreshes: self.clone(), id };
        let work = tokio::spawn(async move {
            let _done = done;
            work.await
        });
        let refresh = work.map(|access| access.unwrap_or(Access::Unavailable)).boxed().shared();
        in_progress.insert(id, refresh.clone());
        refresh
    }

    /// Waits for a permit. The caller holds it until it has stored the answer.
    pub async fn permit(&self) -> SemaphorePermit<'_> {
        self.0.permits.acquire().await.expect("never closed")
    }

    /// Records that login did not answer.
    pub fn record_failure(&self, now: DateTime<Utc>) {
        *lock(&self.0.failed_at) = Some(now);
    }

    /// Whether calls to login are suspended. A clock that was set back ends the suspension.
    pub fn backing_off(&self, now: DateTime<Utc>) -> bool {
        lock(&self.0.failed_at).is_some_and(|failed_at| (Duration::zero()..BACKOFF).contains(&(now - failed_at)))
    }
}

/// Removes the refresh when it ends, even by a panic.
struct Done {
    refreshes: Refreshes,
    id: WebSessionId,
}

impl Drop for Done {
    fn drop(&mut self) {
        lock(&self.refreshes.0.in_progress).remove(&self.id);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_is_not_called_for_two_seconds_after_a_failure() {
        let (refreshes, now) = (Refreshes::default(), DateTime::UNIX_EPOCH);
        assert!(!refreshes.backing_off(now));
        refreshes.record_failure(now);
        assert!(refreshes.backing_off(now) && refreshes.backing_off(now + Duration::seconds(1)));
        assert!(!refreshes.backing_off(now + BACKOFF) && !refreshes.backing_off(now - Duration::seconds(1)));
    }
}

//! The refreshes of tokens that are under way in this process: one a session, a few at once, none while login rests.

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

use crate::{store::web_session::WebSessionId, usecase::access_token::Access};

/// How many are under way at most. Fewer than the connections of the pool, so that pages keep some whatever happens.
const AT_ONCE: usize = 6;

/// How long login is left alone once it did not answer.
const REST: Duration = Duration::seconds(2);

/// What a refresh comes to, for each page that waits for it.
pub type Refresh = Shared<BoxFuture<'static, Access>>;

/// What is known of them. Clones share it.
#[derive(Clone)]
pub struct Refreshes(Arc<State>);

struct State {
    under_way: Mutex<HashMap<WebSessionId, Refresh>>,
    slots: Semaphore,
    failed_at: Mutex<Option<DateTime<Utc>>>,
}

impl Default for Refreshes {
    fn default() -> Self {
        let slots = Semaphore::new(AT_ONCE);
        Self(Arc::new(State { under_way: Mutex::default(), slots, failed_at: Mutex::default() }))
    }
}

impl Refreshes {
    /// The session's refresh: the one under way, or else `work`, which goes on when nobody waits for it any more.
    pub fn join(&self, id: WebSessionId, work: impl Future<Output = Access> + Send + 'static) -> Refresh {
        let mut under_way = lock(&self.0.under_way);
        if let Some(refresh) = under_way.get(&id) {
            return refresh.clone();
        }
        let done = Done { refreshes: self.clone(), id };
        let work = tokio::spawn(async move {
            let _done = done;
            work.await
        });
        let refresh = work.map(|access| access.unwrap_or(Access::Without)).boxed().shared();
        under_way.insert(id, refresh.clone());
        refresh
    }

    /// Waits for its turn, which lasts for as long as the answer is kept.
    pub async fn turn(&self) -> SemaphorePermit<'_> {
        self.0.slots.acquire().await.expect("never closed")
    }

    /// login did not answer.
    pub fn failed(&self, now: DateTime<Utc>) {
        *lock(&self.0.failed_at) = Some(now);
    }

    /// Whether login is to be left alone. A clock that was set back ends it too.
    pub fn resting(&self, now: DateTime<Utc>) -> bool {
        lock(&self.0.failed_at).is_some_and(|failed_at| (Duration::zero()..REST).contains(&(now - failed_at)))
    }
}

/// Takes a refresh off the list when it ends, whichever way.
struct Done {
    refreshes: Refreshes,
    id: WebSessionId,
}

impl Drop for Done {
    fn drop(&mut self) {
        lock(&self.refreshes.0.under_way).remove(&self.id);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_rests_for_a_moment_after_it_did_not_answer() {
        let (refreshes, now) = (Refreshes::default(), DateTime::UNIX_EPOCH);
        assert!(!refreshes.resting(now));
        refreshes.failed(now);
        assert!(refreshes.resting(now) && refreshes.resting(now + Duration::seconds(1)));
        assert!(!refreshes.resting(now + REST) && !refreshes.resting(now - Duration::seconds(1)));
    }
}

//! What wakes the open pages: one listener a process hears from Postgres whose timeline has grown, on whichever replica
//! it did, and tells every stream of this process.

use std::time::Duration;

use chassis::id::UserId;
use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::store::activity::CHANNEL;

/// How many changes a slow stream may be behind before it is told to look by itself.
const BACKLOG: usize = 1024;

/// The changes that streams wait for. Clones share them.
#[derive(Clone, Debug)]
pub struct Live {
    /// Nothing means: something may have been missed, look at everything.
    changes: broadcast::Sender<Option<UserId>>,
}

/// One stream's ear.
pub struct Changes {
    user: UserId,
    receiver: broadcast::Receiver<Option<UserId>>,
}

impl Live {
    /// Without a listener yet: see [`Live::run`].
    #[expect(clippy::new_without_default, reason = "a default that does nothing until it is run would mislead")]
    pub fn new() -> Self {
        Self { changes: broadcast::Sender::new(BACKLOG) }
    }

    /// Waits for changes of one person. Begin to wait, then read the timeline, so that nothing falls between.
    pub fn of(&self, user: UserId) -> Changes {
        Changes { user, receiver: self.changes.subscribe() }
    }

    /// Listens until told to stop. When Postgres goes away it comes back by itself, and streams look for what they missed.
    pub async fn run(self, pool: PgPool, stop: CancellationToken) {
        let listen = async {
            loop {
                if let Err(error) = self.listen(&pool).await {
                    tracing::warn!(error = chassis::error::chain(&error), "timelines are not live");
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        stop.run_until_cancelled(listen).await;
    }

    async fn listen(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        self.tell(None);
        loop {
            let user = listener.try_recv().await?.and_then(|notification| notification.payload().parse().ok());
            self.tell(user);
        }
    }

    fn tell(&self, user: Option<UserId>) {
        // An error says that no page is open.
        let _nobody = self.changes.send(user);
    }
}

impl Changes {
    /// Waits until the person's timeline may have changed; `false` when nothing will come any more.
    pub async fn next(&mut self) -> bool {
        use broadcast::error::RecvError;
        loop {
            match self.receiver.recv().await {
                Ok(Some(user)) if user != self.user => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return true,
                Err(RecvError::Closed) => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_hears_of_its_own_person_and_of_gaps() {
        let clock = chassis::clock::Clock::system();
        let (mina, joon) = (UserId::new(&clock), UserId::new(&clock));
        let live = Live::new();
        let mut changes = live.of(mina);
        live.tell(Some(joon));
        live.tell(Some(mina));
        assert!(changes.next().await);
        live.tell(None);
        assert!(changes.next().await);
        (0..=BACKLOG).for_each(|_| live.tell(Some(joon)));
        assert!(changes.next().await, "one that lags looks by itself");
        drop(live);
    }
}

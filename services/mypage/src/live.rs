//! Notifies open pages of new activities.
//!
//! Each process has one Postgres listener. It receives the id of each person whose timeline has changed, on any
//! replica, and passes it to the streams of this process.

use std::time::Duration;

use chassis::id::UserId;
use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use crate::store::activity::CHANNEL;

/// The number of changes that a stream may lag behind. A slower stream reads its timeline again.
const BACKLOG: usize = 1024;

/// Clones share the channel.
#[derive(Clone, Debug)]
pub struct Live {
    /// `None`: notifications may be lost, so every stream reads its timeline.
    changes: broadcast::Sender<Option<UserId>>,
}

/// The subscription of one stream.
pub struct Changes {
    user: UserId,
    receiver: broadcast::Receiver<Option<UserId>>,
}

impl Live {
    /// Call [`Live::run`] to start the listener.
    #[expect(clippy::new_without_default, reason = "a default value would not notify before it is run")]
    pub fn new() -> Self {
        Self { changes: broadcast::Sender::new(BACKLOG) }
    }

    /// Subscribes to the changes of one person. Subscribe before you read the timeline, so that no change is missed.
    pub fn subscribe(&self, user: UserId) -> Changes {
        Changes { user, receiver: self.changes.subscribe() }
    }

    /// Listens until `stop`. It reconnects to Postgres after an error, and notifies all streams then.
    pub async fn run(self, pool: PgPool, stop: CancellationToken) {
        let listen = async {
            loop {
                if let Err(error) = self.listen(&pool).await {
                    tracing::warn!(
                        error = chassis::error::chain(&error),
                        "timeline listener failed; open pages do not update until it reconnects"
                    );
                }
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        stop.run_until_cancelled(listen).await;
    }

    async fn listen(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        self.notify(None);
        loop {
            let user = listener.try_recv().await?.and_then(|notification| notification.payload().parse().ok());
            self.notify(user);
        }
    }

    fn notify(&self, user: Option<UserId>) {
        // Fails when no stream is subscribed.
        let _no_stream = self.changes.send(user);
    }
}

impl Changes {
    /// Waits until the person's timeline may have changed; `false` when the process stops.
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
    async fn a_stream_is_notified_of_its_own_person_and_of_gaps() {
        let clock = chassis::clock::Clock::system();
        let (mina, joon) = (UserId::new(&clock), UserId::new(&clock));
        let live = Live::new();
        let mut changes = live.subscribe(mina);
        live.notify(Some(joon));
        live.notify(Some(mina));
        assert!(changes.next().await);
        live.notify(None);
        assert!(changes.next().await);
        (0..=BACKLOG).for_each(|_| live.notify(Some(joon)));
        assert!(changes.next().await, "a lagging stream reads its timeline");
        drop(live);
    }
}

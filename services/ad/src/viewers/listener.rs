//! Receives the changes of people from Postgres, and proves that it does.

use std::{convert::Infallible, io, time::Duration};

use chassis::error::chain;
use sqlx::postgres::{PgListener, PgNotification, PgPoolOptions};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{Viewers, cache::LEASE};

/// The Postgres channel of the trigger on `viewer_preferences` (`viewer_notify` in the migrations).
const CHANNEL: &str = "ad_viewers";
/// The time between two proofs: two of them may fail to come in time before the memory is not used.
const PROVE: Duration = Duration::from_millis(250);
/// The time until the next attempt after a lost connection.
const RETRY: Duration = Duration::from_millis(500);
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

impl Viewers {
    /// Listens until `stop`. While it is disconnected, the memory is not used and each selection reads.
    pub async fn run(self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let ended = stop.run_until_cancelled(self.listen()).await;
            self.cache.disconnect();
            let Some(Err(error)) = ended else { return };
            tracing::warn!(
                error = chain(&error),
                "listener of viewers failed, each selection reads until it reconnects"
            );
            stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
        }
    }

    /// Listens until the connection is lost.
    async fn listen(&self) -> Result<Infallible, sqlx::Error> {
        // A connection of its own: it takes none from the relay, and a lost one holds no place in a pool.
        let options = self.db.worker().connect_options().as_ref().clone();
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(CONNECT_WITHIN).connect_lazy_with(options);
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.eager_reconnect(false);
        listener.listen(CHANNEL).await?;
        loop {
            let began = self.started.elapsed();
            let next = Instant::now() + PROVE;
            // Postgres sends the notifications of earlier commits before it is ready for the next query.
            let answer = timeout(LEASE, sqlx::query("SELECT 1").execute(&mut listener)).await;
            answer.map_err(|_| lost(io::ErrorKind::TimedOut))??;
            while let Some(change) = listener.next_buffered() {
                self.receive(&change);
            }
            self.cache.prove(began);
            while let Ok(received) = timeout_at(next, listener.try_recv()).await {
                let change = received?.ok_or_else(|| lost(io::ErrorKind::ConnectionAborted))?;
                self.receive(&change);
            }
        }
    }

    fn receive(&self, change: &PgNotification) {
        match change.payload().parse() {
            Ok(user) => self.cache.forget(user),
            // Only a later version sends something else: what it means is not known.
            Err(_) => self.cache.forget_all(),
        }
    }
}

fn lost(kind: io::ErrorKind) -> sqlx::Error {
    sqlx::Error::Io(kind.into())
}

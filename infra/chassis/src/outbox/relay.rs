use std::time::Duration;

use opentelemetry::metrics::{Counter, Gauge};
use rdkafka::error::KafkaError;
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    producers::Producers,
    rows::{self, Row},
    sending::{Reports, Sending},
};
use crate::{
    clock::Clock,
    config,
    db::Db,
    error::{Error, chain},
    telemetry::{attribute, counter, gauge, names},
};

/// The advisory lock of the active relay. With two active relays, events could be published out of order.
const LOCK: i64 = 0x6f75_7462_6f78;
const BATCH: usize = 1000;
/// TCP keepalive of the connection that holds the lock. By default, Postgres releases the lock of a lost machine only
/// after hours.
const KEEP_ALIVE: &str = "SELECT set_config('tcp_keepalives_idle', '5', false),
    set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)";
/// Fallback for a notification that was lost with its connection: the longest wait of an event then.
const POLL: Duration = Duration::from_secs(1);
/// The longest wait for events in flight before the lock is released. It is less than the lifecycle waits for a relay.
const LAST_PATIENCE: Duration = Duration::from_secs(3);
/// A connection that does not answer within this time has lost the lock.
const PING_TIMEOUT: Duration = Duration::from_millis(500);
const COUNT_INTERVAL: Duration = Duration::from_secs(10);
/// The wait of [`Relay::run_once`] for events in flight.
const SHORT_POLL: Duration = Duration::from_millis(20);
const SWEEP_INTERVAL: Duration = Duration::from_secs(600);

/// Publishes the events of the outbox, those of an aggregate in order. An event is marked as published after the broker
/// acknowledged it.
///
/// An event that the broker never accepts is parked with the reason: the events behind it continue. After another failure,
/// the later events of its aggregate wait for it, and no others.
///
/// Of all replicas of a product, one relay is active. The others wait for its advisory lock.
pub struct Relay {
    product: &'static str,
    kafka: config::Kafka,
    worker: PgPool,
    clock: Clock,
    producers: Producers,
    sent: Counter<u64>,
    age: Gauge<f64>,
    parked: Gauge<f64>,
}

impl Relay {
    /// Creates a relay for the product's outbox.
    ///
    /// # Errors
    /// When the configuration of the producer is not valid.
    pub fn new(product: &'static str, kafka: &config::Kafka, db: &Db, clock: Clock) -> Result<Self, KafkaError> {
        Ok(Self {
            product,
            kafka: kafka.clone(),
            worker: db.worker().clone(),
            clock,
            producers: Producers::new(product, kafka)?,
            sent: counter(names::MESSAGING_CLIENT_SENT_MESSAGES, "Events published from the outbox"),
            age: gauge("outbox.oldest.age", "Age in seconds of the oldest event that waits to be published"),
            parked: gauge("outbox.parked", "Events that the broker rejected for good"),
        })
    }

    /// Publishes until `stop` is cancelled. Waits while the database or the broker is unavailable.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.lead(&stop).await {
                tracing::warn!(error = chain(error.as_ref()), "relay failed, retrying");
                stop.run_until_cancelled(tokio::time::sleep(POLL)).await;
            }
        }
        let producers = self.producers;
        // Blocks until their threads end.
        tokio::task::spawn_blocking(move || drop(producers)).await.ok();
    }

    /// Waits for the lock and publishes while its connection holds it.
    async fn lead(&mut self, stop: &CancellationToken) -> Result<(), Error> {
        // A dedicated connection holds the lock: Postgres releases it when the process dies.
        let mut lead = self.worker.acquire().await?.detach();
        sqlx::query(KEEP_ALIVE).execute(&mut lead).await?;
        let mut counted = None;
        let locked = loop {
            if stop.is_cancelled() {
                break false;
            }
            if sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "locked!""#, LOCK).fetch_one(&mut lead).await?
            {
                break true;
            }
            self.observe(&mut lead, &mut counted).await?;
            stop.run_until_cancelled(tokio::time::sleep(POLL)).await;
        };
        if locked {
            let mut sending = Sending::default();
            let published = self.publish(&mut lead, &mut sending, stop).await;
            self.stop_sending(&mut lead, sending).await;
            published?;
            // Releases the lock at once for the next relay.
            sqlx::query_scalar!("SELECT pg_advisory_unlock($1)", LOCK).fetch_one(&mut lead).await?;
        }
        Ok(lead.close().await?)
    }

    async fn publish(
        &self,
        lead: &mut PgConnection,
        sending: &mut Sending,
        stop: &CancellationToken,
    ) -> Result<(), Error> {
        // Only the active relay listens: notifications that no one reads would accumulate in Postgres.
        let mut listener = PgListener::connect_with(&self.worker).await?;
        listener.listen("outbox").await?;
        let (mut observed, mut counted, mut swept) = (None, None, None);
        while !stop.is_cancelled() {
            let batch = self.publish_batch(lead, sending).await?;
            if let Some(reason) = self.producers.fatal_error() {
                return Err(reason.into());
            }
            if is_due(&mut observed, POLL) {
                self.observe(lead, &mut counted).await?;
            }
            if is_due(&mut swept, SWEEP_INTERVAL) {
                rows::sweep(lead, self.clock.now()).await?;
            }
            if batch.again == 0 && (!batch.is_full || batch.settled == 0) {
                wait(&mut listener, stop).await?;
            }
        }
        Ok(())
    }

    /// Ends the sending before the lock is released: the next relay sends the events in flight again, and newer ones. The
    /// producer must not send the older ones after those.
    async fn stop_sending(&mut self, lead: &mut PgConnection, mut sending: Sending) {
        // Without the lock, another relay may be sending already.
        let has_lock = matches!(tokio::time::timeout(PING_TIMEOUT, lead.ping()).await, Ok(Ok(())));
        if has_lock && !sending.is_empty() {
            let reports = sending.finish(LAST_PATIENCE).await;
            if let Err(error) = self.settle(lead, reports).await {
                tracing::warn!(error = %error, "cannot mark the last events, which are sent again");
            }
        }
        self.producers.purge();
        if !sending.is_empty() {
            tracing::warn!("events in flight stay in the outbox for the next relay");
        }
        if sending.is_empty() && self.producers.fatal_error().is_none() {
            return;
        }
        // A producer whose events were purged may continue with a gap, and one with a fatal error does not continue.
        match Producers::new(self.product, &self.kafka) {
            Ok(producers) => {
                let old = std::mem::replace(&mut self.producers, producers);
                // Blocks until its thread ends.
                tokio::task::spawn_blocking(move || drop(old));
            }
            Err(error) => tracing::error!(error = %error, "cannot create a producer"),
        }
    }

    /// Records the age of the oldest event, and at times the number of parked events. A waiting relay does so too, because
    /// the active one may hang.
    async fn observe(&self, conn: &mut PgConnection, counted: &mut Option<Instant>) -> Result<(), sqlx::Error> {
        let oldest = rows::oldest(conn).await?;
        let age = oldest.map_or(0.0, |time| (self.clock.now() - time).as_seconds_f64().max(0.0));
        self.age.record(age, &[]);
        if is_due(counted, COUNT_INTERVAL) {
            self.parked.record(rows::parked(conn).await? as f64, &[]);
        }
        Ok(())
    }

    /// Publishes all current events without the lock and returns their number. Skips rows that an erasure has locked. For
    /// tests and tools.
    ///
    /// # Errors
    /// When the database or the broker is unavailable.
    pub async fn run_once(&self) -> Result<usize, Error> {
        let mut conn = self.worker.acquire().await?;
        let (mut sending, mut total) = (Sending::default(), 0);
        loop {
            let batch = self.publish_batch(&mut conn, &mut sending).await?;
            total += batch.published;
            match batch.failed {
                Some(error) => return Err(error.into()),
                None if batch.again > 0 => {}
                None if batch.settled == 0 && sending.is_empty() => return Ok(total),
                None if batch.settled == 0 => tokio::time::sleep(SHORT_POLL).await,
                None => {}
            }
        }
    }

    /// Sends the oldest events, except those that wait for an earlier event of their aggregate.
    async fn publish_batch(&self, conn: &mut PgConnection, sending: &mut Sending) -> Result<Batch, Error> {
        let rows = match sending.is_full() {
            true => vec![],
            false => rows::unpublished(conn, self.product, &sending.waiting(), BATCH as i64).await?,
        };
        if rows.is_empty() && sending.is_empty() {
            return Ok(Batch::default());
        }
        let is_full = rows.len() == BATCH || rows.iter().map(Row::bytes).sum::<usize>() >= rows::MAX_BYTES;
        let reports = sending.send(&self.producers, rows).await;
        Ok(Batch { is_full, ..self.settle(conn, reports).await? })
    }

    /// Marks the events that are acknowledged, and parks those that are rejected.
    async fn settle(&self, conn: &mut PgConnection, reports: Reports) -> Result<Batch, sqlx::Error> {
        let now = self.clock.now();
        let seqs: Vec<i64> = reports.delivered.iter().map(|row| row.seq).collect();
        let published = rows::mark(conn, &seqs, now).await?;
        for row in &reports.delivered {
            self.sent.add(1, &[attribute(names::MESSAGING_DESTINATION_NAME, row.topic.clone())]);
            tracing::debug!(topic = row.topic, event_id = %row.event.id, "published");
        }
        let parked = reports.rejected.len();
        for (row, error) in reports.rejected {
            rows::park(conn, row.seq, &error.to_string(), now).await?;
            let bytes = row.bytes();
            tracing::error!(topic = row.topic, event_id = %row.event.id, bytes, error = %error, "event rejected and parked");
        }
        if let Some((row, error)) = reports.failed.first() {
            let events = reports.failed.len();
            tracing::warn!(topic = row.topic, events, error = %error, "events not published, retrying");
        }
        let published = usize::try_from(published).expect("at most the events in flight");
        let failed = reports.failed.into_iter().next().map(|(_, error)| error);
        Ok(Batch { is_full: false, published, settled: published + parked, again: reports.again, failed })
    }
}

/// The outcome of a batch.
#[derive(Default)]
struct Batch {
    /// More events may be left to send.
    is_full: bool,
    published: usize,
    /// Published or parked: these events leave the outbox.
    settled: usize,
    /// Sent again at once.
    again: usize,
    /// The first error after which an event is sent again.
    failed: Option<KafkaError>,
}

/// Whether something was not done for `interval`. Then it is done now.
fn is_due(done: &mut Option<Instant>, interval: Duration) -> bool {
    let due = done.is_none_or(|done| done.elapsed() >= interval);
    if due {
        *done = Some(Instant::now());
    }
    due
}

/// Waits for a notification of an insert, or for the polling interval.
async fn wait(listener: &mut PgListener, stop: &CancellationToken) -> Result<(), sqlx::Error> {
    let notified = async {
        match tokio::time::timeout(POLL, listener.try_recv()).await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(None::<PgNotification>)) | Ok(Ok(Some(_))) | Err(_) => Ok(()),
        }
    };
    stop.run_until_cancelled(notified).await.unwrap_or(Ok(()))
}

use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::join_all;
use opentelemetry::metrics::{Counter, Gauge};
use rdkafka::{
    error::KafkaError,
    producer::{FutureProducer, FutureRecord, Producer},
};
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgListener, PgNotification},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config,
    db::Db,
    error::{Error, chain},
    event::{Envelope, EventId},
    id::TenantId,
    kafka,
    telemetry::{attribute, counter, gauge, names},
};

/// The advisory lock of the active relay. With two active relays, events could be published out of order.
const LOCK: i64 = 0x6f75_7462_6f78;
const BATCH: i64 = 200;
/// TCP keepalive of the connection that holds the lock. By default, Postgres releases the lock of a lost machine only
/// after hours.
const KEEP_ALIVE: &str = "SELECT set_config('tcp_keepalives_idle', '5', false),
    set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)";
/// Published rows are retained this long for debugging.
const RETENTION: chrono::Duration = chrono::Duration::days(3);
/// Fallback for a notification that was lost with its connection: the longest wait of an event then.
const POLL: Duration = Duration::from_secs(1);

/// Publishes the events of the outbox in order. An event is marked as published after the broker acknowledged it.
///
/// Of all replicas of a product, one relay is active. The others wait for its advisory lock.
pub struct Relay {
    product: &'static str,
    kafka: config::Kafka,
    worker: PgPool,
    clock: Clock,
    producer: FutureProducer,
    sent: Counter<u64>,
    age: Gauge<f64>,
}

struct Row {
    seq: i64,
    topic: String,
    event: Envelope,
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
            producer: kafka::producer(kafka, product)?,
            sent: counter(names::MESSAGING_CLIENT_SENT_MESSAGES, "Events published from the outbox"),
            age: gauge("outbox.oldest.age", "Age in seconds of the oldest unpublished event"),
        })
    }

    /// Publishes until `stop` is cancelled. Waits while the database or the broker is unavailable.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.lead(&stop).await {
                tracing::warn!(error = chain(error.as_ref()), "relay failed, retrying");
                self.renew_producer();
                stop.run_until_cancelled(tokio::time::sleep(POLL)).await;
            }
        }
        let producer = self.producer;
        // Blocks until messages in flight are acknowledged; 3 s are less than the lifecycle waits for a relay.
        let flushed = tokio::task::spawn_blocking(move || producer.flush(Duration::from_secs(3))).await;
        if !matches!(flushed, Ok(Ok(()))) {
            tracing::warn!("events in flight stay in the outbox for the next relay");
        }
    }

    /// Replaces a producer after a fatal error, such as a lost sequence number. Its events in flight are still in the
    /// outbox.
    fn renew_producer(&mut self) {
        if self.producer.client().fatal_error().is_none() {
            return;
        }
        match kafka::producer(&self.kafka, self.product) {
            Ok(producer) => self.producer = producer,
            Err(error) => tracing::error!(error = %error, "cannot create a producer"),
        }
    }

    /// Waits for the lock and publishes while its connection holds it.
    async fn lead(&self, stop: &CancellationToken) -> Result<(), Error> {
        // A dedicated connection holds the lock: Postgres releases it when the process dies.
        let mut lead = self.worker.acquire().await?.detach();
        sqlx::query(KEEP_ALIVE).execute(&mut lead).await?;
        let locked = loop {
            if stop.is_cancelled() {
                break false;
            }
            if sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock($1) AS "locked!""#, LOCK).fetch_one(&mut lead).await?
            {
                break true;
            }
            self.observe_age(&mut lead).await?;
            stop.run_until_cancelled(tokio::time::sleep(POLL)).await;
        };
        if locked {
            self.publish(&mut lead, stop).await?;
            // Releases the lock at once for the next relay.
            sqlx::query_scalar!("SELECT pg_advisory_unlock($1)", LOCK).fetch_one(&mut lead).await?;
        }
        Ok(lead.close().await?)
    }

    async fn publish(&self, lead: &mut PgConnection, stop: &CancellationToken) -> Result<(), Error> {
        // Only the active relay listens: notifications that no one reads would accumulate in Postgres.
        let mut listener = PgListener::connect_with(&self.worker).await?;
        listener.listen("outbox").await?;
        let mut swept = None;
        while !stop.is_cancelled() {
            while self.publish_batch(lead).await? == BATCH as usize {}
            if swept.is_none_or(|at: DateTime<Utc>| self.clock.now() - at > chrono::Duration::minutes(10)) {
                self.sweep(lead).await?;
                swept = Some(self.clock.now());
            }
            wait(&mut listener, stop).await?;
        }
        Ok(())
    }

    /// Records the age of the oldest event. A waiting relay does so too, because the active one may hang.
    async fn observe_age(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let oldest: Option<DateTime<Utc>> =
            sqlx::query_scalar("SELECT time FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT 1")
                .fetch_optional(conn)
                .await?;
        let age = oldest.map_or(0.0, |time| (self.clock.now() - time).as_seconds_f64().max(0.0));
        self.age.record(age, &[]);
        Ok(())
    }

    /// Publishes all current events without the lock and returns their number. Skips rows that an erasure has locked. For
    /// tests and tools.
    ///
    /// # Errors
    /// When the database or the broker is unavailable.
    pub async fn run_once(&self) -> Result<usize, Error> {
        let mut conn = self.worker.acquire().await?;
        let mut total = 0;
        loop {
            match self.publish_batch(&mut conn).await? {
                0 => return Ok(total),
                published => total += published,
            }
        }
    }

    async fn publish_batch(&self, conn: &mut PgConnection) -> Result<usize, Error> {
        let rows = self.unpublished(conn).await?;
        let oldest = rows.first().map_or(0.0, |row| (self.clock.now() - row.event.time).as_seconds_f64().max(0.0));
        self.age.record(oldest, &[]);
        if rows.is_empty() {
            return Ok(0);
        }
        // Sent in order. The idempotent producer retries in the same order.
        let sending: Vec<_> = rows.iter().map(|row| self.send(row)).collect();
        let reports = join_all(sending).await;
        let delivered = reports.iter().take_while(|report| report.is_ok()).count();
        let seqs: Vec<i64> = rows[..delivered].iter().map(|row| row.seq).collect();
        // Skips rows that an erasure has locked, to avoid a deadlock. If the erasure rolls back, they are sent again, as
        // after a crash.
        let marked = sqlx::query!(
            "UPDATE outbox SET published_at = $2
             WHERE seq IN (SELECT seq FROM outbox WHERE seq = ANY($1) FOR UPDATE SKIP LOCKED)",
            &seqs,
            self.clock.now(),
        )
        .execute(conn)
        .await?
        .rows_affected();
        for row in &rows[..delivered] {
            self.sent.add(1, &[attribute(names::MESSAGING_DESTINATION_NAME, row.topic.clone())]);
            tracing::debug!(topic = row.topic, event_id = %row.event.id, "published");
        }
        match reports.into_iter().nth(delivered) {
            // Events after the first failure are sent again. For consumers they are duplicates.
            Some(Err(error)) => Err(error.into()),
            _ => Ok(usize::try_from(marked).expect("at most a batch")),
        }
    }

    async fn unpublished(&self, conn: &mut PgConnection) -> Result<Vec<Row>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT seq, event_id AS "event_id: EventId", tenant_id AS "tenant_id: TenantId", topic, key, type AS kind,
                      time, payload, traceparent
               FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1"#,
            BATCH,
        )
        .fetch_all(conn)
        .await?;
        let source = self.product.to_owned();
        Ok(rows
            .into_iter()
            .map(|row| Row {
                seq: row.seq,
                topic: row.topic,
                event: Envelope {
                    id: row.event_id,
                    key: row.key,
                    kind: row.kind,
                    source: source.clone(),
                    time: row.time,
                    tenant_id: row.tenant_id,
                    traceparent: row.traceparent,
                    payload: row.payload,
                },
            })
            .collect())
    }

    async fn send(&self, row: &Row) -> Result<(), KafkaError> {
        let topic = kafka::with_prefix(&self.kafka, &row.topic);
        let mut record =
            FutureRecord::<str, [u8]>::to(&topic).key(&row.event.key).headers(kafka::to_headers(&row.event));
        record.payload = row.event.payload.as_deref();
        match self.producer.send(record, Duration::from_secs(20)).await {
            Ok(_) => Ok(()),
            Err((error, _)) => Err(error),
        }
    }

    async fn sweep(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let before = self.clock.now() - RETENTION;
        sqlx::query!(
            "DELETE FROM outbox
             WHERE seq IN (SELECT seq FROM outbox WHERE published_at < $1 FOR UPDATE SKIP LOCKED)",
            before,
        )
        .execute(&mut *conn)
        .await?;
        // Longer than the retention of every topic (at most 90 days): a retained event can be delivered again.
        let long_before = self.clock.now() - chrono::Duration::days(100);
        sqlx::query!("DELETE FROM inbox WHERE received_at < $1", long_before).execute(&mut *conn).await?;
        let day_before = self.clock.now() - chrono::Duration::days(1);
        sqlx::query!("DELETE FROM idempotency_key WHERE created_at < $1", day_before).execute(conn).await?;
        Ok(())
    }
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

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

/// Advisory lock of the one relay that works: order holds only while there is one.
const LOCK: i64 = 0x6f75_7462_6f78;
const BATCH: i64 = 200;
/// A machine that is gone says nothing: by default, Postgres would keep its lock for hours.
const KEEP_ALIVE: &str = "SELECT set_config('tcp_keepalives_idle', '5', false),
    set_config('tcp_keepalives_interval', '2', false), set_config('tcp_keepalives_count', '3', false)";
/// How long published rows are kept, for a look back.
const KEPT: chrono::Duration = chrono::Duration::days(3);
/// Wake-ups can be lost with a connection: this is the most that an event then waits.
const POLL: Duration = Duration::from_secs(1);

/// Publishes what is in the outbox, in order, once the broker has it for good.
///
/// One relay of a product works at a time; the others wait for its lock, and one of them goes on when it stops.
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
    /// A relay for the product's outbox.
    ///
    /// # Errors
    /// When the producer's settings are refused.
    pub fn new(product: &'static str, kafka: &config::Kafka, db: &Db, clock: Clock) -> Result<Self, KafkaError> {
        Ok(Self {
            product,
            kafka: kafka.clone(),
            worker: db.worker().clone(),
            clock,
            producer: kafka::producer(kafka, product)?,
            sent: counter(names::MESSAGING_CLIENT_SENT_MESSAGES, "Events published from the outbox"),
            age: gauge("outbox.oldest.age", "Seconds that the oldest unpublished event has waited"),
        })
    }

    /// Publishes until `stop`. A store or broker out of reach is waited for.
    pub async fn run(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            if let Err(error) = self.lead(&stop).await {
                tracing::warn!(error = chain(error.as_ref()), "relay tries again");
                self.renew_producer();
                stop.run_until_cancelled(tokio::time::sleep(POLL)).await;
            }
        }
        let producer = self.producer;
        // It blocks, for what is in flight: at most as long as the lifecycle grants.
        let flushed = tokio::task::spawn_blocking(move || producer.flush(Duration::from_secs(3))).await;
        if !matches!(flushed, Ok(Ok(()))) {
            tracing::warn!("events in flight stay in the outbox, for the next relay");
        }
    }

    /// A producer that has lost track of its sequence refuses all work from then on; a new one starts over. What it had in
    /// flight is still in the outbox.
    fn renew_producer(&mut self) {
        if self.producer.client().fatal_error().is_none() {
            return;
        }
        match kafka::producer(&self.kafka, self.product) {
            Ok(producer) => self.producer = producer,
            Err(error) => tracing::error!(error = %error, "no new producer"),
        }
    }

    /// Takes the lock when it is free, and publishes for as long as the connection holds it.
    async fn lead(&self, stop: &CancellationToken) -> Result<(), Error> {
        // Held by a connection of its own: when the process dies, Postgres lets go of it.
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
            // The next relay starts at once, without waiting for this connection to be missed.
            sqlx::query_scalar!("SELECT pg_advisory_unlock($1)", LOCK).fetch_one(&mut lead).await?;
        }
        Ok(lead.close().await?)
    }

    async fn publish(&self, lead: &mut PgConnection, stop: &CancellationToken) -> Result<(), Error> {
        // Only who leads listens: what nobody reads would pile up in Postgres.
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

    /// Who waits for the lock tells the age too: the one that holds it may hang, or have told it last long ago.
    async fn observe_age(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let oldest: Option<DateTime<Utc>> =
            sqlx::query_scalar("SELECT time FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT 1")
                .fetch_optional(connection)
                .await?;
        let age = oldest.map_or(0.0, |time| (self.clock.now() - time).as_seconds_f64().max(0.0));
        self.age.record(age, &[]);
        Ok(())
    }

    /// Publishes everything there is now, and says how many events that were, without those that an erasure holds. For tests
    /// and tools that drive it by hand.
    ///
    /// # Errors
    /// When Postgres or the broker is out of reach.
    pub async fn run_once(&self) -> Result<usize, Error> {
        let mut connection = self.worker.acquire().await?;
        let mut all = 0;
        loop {
            match self.publish_batch(&mut connection).await? {
                0 => return Ok(all),
                some => all += some,
            }
        }
    }

    async fn publish_batch(&self, connection: &mut PgConnection) -> Result<usize, Error> {
        let rows = self.unpublished(connection).await?;
        let oldest = rows.first().map_or(0.0, |row| (self.clock.now() - row.event.time).as_seconds_f64().max(0.0));
        self.age.record(oldest, &[]);
        if rows.is_empty() {
            return Ok(0);
        }
        // Handed over in order; the idempotent producer keeps it so, whatever has to be sent again.
        let sending: Vec<_> = rows.iter().map(|row| self.send(row)).collect();
        let reports = join_all(sending).await;
        let delivered = reports.iter().take_while(|report| report.is_ok()).count();
        let seqs: Vec<i64> = rows[..delivered].iter().map(|row| row.seq).collect();
        // Rows that an erasure holds are passed by: to wait for each other's rows would end in a deadlock. Those that it
        // gives back are sent again, as after a crash.
        let marked = sqlx::query!(
            "UPDATE outbox SET published_at = $2
             WHERE seq IN (SELECT seq FROM outbox WHERE seq = ANY($1) FOR UPDATE SKIP LOCKED)",
            &seqs,
            self.clock.now(),
        )
        .execute(connection)
        .await?
        .rows_affected();
        for row in &rows[..delivered] {
            self.sent.add(1, &[attribute(names::MESSAGING_DESTINATION_NAME, row.topic.clone())]);
            tracing::debug!(topic = row.topic, event_id = %row.event.id, "published");
        }
        match reports.into_iter().nth(delivered) {
            // What came after the first failure is sent again: a reader's inbox knows it already.
            Some(Err(error)) => Err(error.into()),
            _ => Ok(usize::try_from(marked).expect("at most a batch")),
        }
    }

    async fn unpublished(&self, connection: &mut PgConnection) -> Result<Vec<Row>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT seq, event_id AS "event_id: EventId", tenant_id AS "tenant_id: TenantId", topic, key, type AS kind,
                      time, payload, traceparent
               FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1"#,
            BATCH,
        )
        .fetch_all(connection)
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
        let topic = kafka::on_broker(&self.kafka, &row.topic);
        let mut record =
            FutureRecord::<str, [u8]>::to(&topic).key(&row.event.key).headers(kafka::to_headers(&row.event));
        record.payload = row.event.payload.as_deref();
        match self.producer.send(record, Duration::from_secs(20)).await {
            Ok(_) => Ok(()),
            Err((error, _)) => Err(error),
        }
    }

    async fn sweep(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let before = self.clock.now() - KEPT;
        sqlx::query!(
            "DELETE FROM outbox
             WHERE seq IN (SELECT seq FROM outbox WHERE published_at < $1 FOR UPDATE SKIP LOCKED)",
            before,
        )
        .execute(&mut *connection)
        .await?;
        // An event can come again for as long as its topic keeps it, which is longer than an outbox row.
        let long_before = self.clock.now() - chrono::Duration::days(100);
        sqlx::query!("DELETE FROM inbox WHERE received_at < $1", long_before).execute(&mut *connection).await?;
        let day_before = self.clock.now() - chrono::Duration::days(1);
        sqlx::query!("DELETE FROM idempotency_key WHERE created_at < $1", day_before).execute(connection).await?;
        Ok(())
    }
}

/// Until an insert wakes the relay, or a while has passed.
async fn wait(listener: &mut PgListener, stop: &CancellationToken) -> Result<(), sqlx::Error> {
    let woken = async {
        match tokio::time::timeout(POLL, listener.try_recv()).await {
            Ok(Err(error)) => Err(error),
            Ok(Ok(None::<PgNotification>)) | Ok(Ok(Some(_))) | Err(_) => Ok(()),
        }
    };
    stop.run_until_cancelled(woken).await.unwrap_or(Ok(()))
}

//! A product for these tests. Its handler stores a note per event.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chassis::{
    clock::Clock,
    config,
    consumer::{Consume, ConsumeError, Consumer},
    db::Db,
    event::{Envelope, Event, EventId, Received, Topic},
    id::TenantId,
    migrate::{self, Schema, Topics},
    outbox::{self, Relay},
};
use contracts::{
    common::v1::UsageRecord,
    login::v1::{SessionChanged, UsageRecorded},
};
use sqlx::{PgConnection, PgPool, migrate::Migrator};
use support::TestDatabase;
use tokio::sync::Barrier;

static MIGRATOR: Migrator = sqlx::migrate!("tests/migrations");
const TOPICS: &[Topic] = &[SessionChanged::TOPIC, UsageRecorded::TOPIC];
/// The advisory lock for which a handler waits.
const GATE: i64 = 7;
const SCHEMA: Schema = Schema { product: "chassis", migrator: &MIGRATOR, writes: TOPICS, reads: TOPICS };

/// A database, a broker, and the product that uses them.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) kafka: config::Kafka,
    pub(crate) database: TestDatabase,
    pub(crate) db: Db,
    pub(crate) all: PgPool,
    pub(crate) tenant: TenantId,
    /// The number of times that a handler got a text that Postgres rejects.
    pub(crate) rejected: Arc<AtomicUsize>,
    pub(crate) meeting: Arc<Meeting>,
}

/// The first two handlers of the text "meet" wait for each other.
pub(crate) struct Meeting {
    arrived: AtomicUsize,
    both: Barrier,
}

impl World {
    /// Uses the mock cluster of librdkafka when no real Kafka is configured.
    pub(crate) async fn new() -> Self {
        Self::on(support::kafka()).await
    }

    pub(crate) async fn on(kafka: config::Kafka) -> Self {
        let database = support::database(&SCHEMA).await;
        let db = Db::connect(&database.config()).expect("addresses");
        let clock = Clock::system();
        let (all, tenant) = (database.superuser().await, TenantId::new(&clock));
        let meeting = Arc::new(Meeting { arrived: AtomicUsize::new(0), both: Barrier::new(2) });
        Self { clock, kafka, database, db, all, tenant, rejected: Arc::default(), meeting }
    }

    /// Creates the topics with `migrate`. The mock cluster creates topics automatically.
    pub(crate) async fn create_topics(&self) {
        let arguments = migrate::Arguments {
            migrate_database_url: self.database.url("owner"),
            database_url: None,
            worker_database_url: None,
            topics: Topics::Only,
            kafka_brokers: Some(self.kafka.kafka_brokers.clone()),
            topic_replication: 1,
            topic_prefix: self.kafka.topic_prefix.clone(),
            telemetry: config::Telemetry { log_format: config::LogFormat::Pretty, otel_exporter_otlp_endpoint: None },
        };
        migrate::run(arguments, &SCHEMA).await.expect("topics");
    }

    /// Creates the topics on a real Kafka.
    pub(crate) async fn create_topics_if_needed(&self) {
        if std::env::var_os("TEST_KAFKA_BROKERS").is_some() {
            self.create_topics().await;
        }
    }

    pub(crate) fn relay(&self) -> Relay {
        Relay::new("chassis", &self.kafka, &self.db, self.clock.clone()).expect("a producer")
    }

    pub(crate) fn consumer(&self) -> Consumer {
        let notes = Arc::new(Notes { rejected: Arc::clone(&self.rejected), meeting: Arc::clone(&self.meeting) });
        Consumer::new("chassis", &self.kafka, self.db.clone(), self.clock.clone())
            .on::<SessionChanged>(notes.clone())
            .on::<UsageRecorded>(notes)
    }

    /// Makes handlers of the text "gate" wait until the transaction ends.
    pub(crate) async fn close_gate(&self) -> sqlx::Transaction<'static, sqlx::Postgres> {
        let mut transaction = self.all.begin().await.expect("a transaction");
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(GATE);
        lock.execute(&mut *transaction).await.expect("locked");
        transaction
    }

    /// Publishes an event with this device and commits.
    pub(crate) async fn publish(&self, session: &str, device: &str) {
        let mut transaction = self.db.begin(self.tenant).await.expect("a transaction");
        let event = self.event(session, device);
        outbox::publish(&mut transaction, &self.clock, &event).await.expect("in the outbox");
        transaction.commit().await.expect("committed");
    }

    /// Publishes events of the topic of usage with these texts, in their order.
    pub(crate) async fn publish_usage<T: AsRef<str>>(&self, tenant: TenantId, texts: impl IntoIterator<Item = T>) {
        let mut transaction = self.db.begin(tenant).await.expect("a transaction");
        for text in texts {
            let event = self.usage(tenant, text.as_ref());
            outbox::publish(&mut transaction, &self.clock, &event).await.expect("in the outbox");
        }
        transaction.commit().await.expect("committed");
    }

    /// An event of the topic of usage, which has its own loop.
    pub(crate) fn usage(&self, tenant: TenantId, text: &str) -> UsageRecorded {
        let record = UsageRecord { tenant_id: tenant.to_string(), metric: text.into(), ..UsageRecord::default() };
        UsageRecorded { record: Some(record) }
    }

    /// A received event with this device.
    pub(crate) fn envelope(&self, id: EventId, source: &str, device: &str) -> Envelope {
        Envelope {
            id,
            key: "s".into(),
            kind: "login.v1.SessionChanged".into(),
            source: source.into(),
            time: self.clock.now(),
            tenant_id: self.tenant,
            traceparent: None,
            payload: Some(prost::Message::encode_to_vec(&self.event("s", device))),
        }
    }

    pub(crate) fn event(&self, session: &str, device: &str) -> SessionChanged {
        SessionChanged {
            session_id: session.into(),
            tenant_id: self.tenant.to_string(),
            device: device.into(),
            ..SessionChanged::default()
        }
    }

    pub(crate) async fn notes(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT text FROM note ORDER BY number").fetch_all(&self.all).await.expect("notes")
    }

    /// Waits until there are `count` notes and returns them.
    pub(crate) async fn eventually_notes(&self, count: usize) -> Vec<String> {
        support::eventually("the notes", || async {
            let notes = self.notes().await;
            (notes.len() >= count).then_some(notes)
        })
        .await
    }
}

/// Stores the device of each session and the metric of each usage record. "invalid" and "panic" fail always; "poisoned"
/// fails always, is retried, and waits before its second failure for [`World::close_gate`]; "fails at first" fails until
/// "the fix" is stored; "ignores an error" ignores an error of the database; "gate" waits for
/// [`World::close_gate`]; "lock a" and "lock b" lock a or b for the transaction; a NUL, "of another tenant" and
/// "too large for the index" are rejected by Postgres.
struct Notes {
    rejected: Arc<AtomicUsize>,
    meeting: Arc<Meeting>,
}

impl Consume<SessionChanged> for Notes {
    async fn consume(&self, conn: &mut PgConnection, event: Received<SessionChanged>) -> Result<(), ConsumeError> {
        let text = event.payload.map_or_else(|| format!("erased {}", event.key), |session| session.device);
        self.note(conn, event.tenant_id, &text).await
    }
}

impl Consume<UsageRecorded> for Notes {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UsageRecorded>) -> Result<(), ConsumeError> {
        let record = event.payload.and_then(|usage| usage.record).unwrap_or_default();
        self.note(conn, event.tenant_id, &record.metric).await
    }
}

impl Notes {
    async fn note(&self, conn: &mut PgConnection, tenant: TenantId, text: &str) -> Result<(), ConsumeError> {
        if text == "invalid" {
            return Err(ConsumeError::invalid("for the test"));
        }
        assert_ne!(text, "panic", "a bug, for the test");
        let rejected_before = self.rejected.load(Ordering::SeqCst);
        let lock = match text {
            "gate" => Some(GATE),
            "poisoned" if rejected_before > 0 => Some(GATE),
            "lock a" => Some(8),
            "lock b" => Some(9),
            _ => None,
        };
        if let Some(lock) = lock {
            sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(lock).execute(&mut *conn).await?;
        }
        if text == "meet" && self.meeting.arrived.fetch_add(1, Ordering::SeqCst) < 2 {
            self.meeting.both.wait().await;
        }
        if text == "ignores an error" {
            sqlx::query("SELECT 1 / 0").execute(&mut *conn).await.ok();
            return Ok(());
        }
        if text.contains('\0') || ["poisoned", "of another tenant", "too large for the index"].contains(&text) {
            self.rejected.fetch_add(1, Ordering::SeqCst);
        }
        if text == "poisoned" {
            // Not an error of the event's values, so it is retried.
            sqlx::raw_sql("DO $$ BEGIN RAISE 'poisoned'; END $$").execute(&mut *conn).await?;
        }
        if text == "fails at first" {
            let fixed: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM note WHERE text = 'the fix')")
                .fetch_one(&mut *conn)
                .await?;
            if !fixed {
                // An error of the query, not an outage.
                sqlx::query("SELECT 1 / 0").execute(&mut *conn).await?;
            }
        }
        let tenant = if text == "of another tenant" { TenantId::new(&Clock::system()) } else { tenant };
        if text == "too large for the index" {
            let value: String =
                sqlx::query_scalar("SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) i")
                    .fetch_one(&mut *conn)
                    .await?;
            sqlx::query("INSERT INTO inbox (consumer, event_id, source) VALUES ($1, gen_random_uuid(), '')")
                .bind(value)
                .execute(&mut *conn)
                .await?;
        }
        sqlx::query("INSERT INTO note (tenant_id, text) VALUES ($1, $2)").bind(tenant).bind(text).execute(conn).await?;
        Ok(())
    }
}

//! A product for these tests. Its handler stores a note per event.

use std::sync::Arc;

use chassis::{
    clock::Clock,
    config,
    consumer::{Consume, ConsumeError, Consumer},
    db::Db,
    event::{Event, Received, Topic},
    id::TenantId,
    migrate::{self, Schema, Topics},
    outbox::{self, Relay},
};
use contracts::login::v1::SessionChanged;
use sqlx::{PgConnection, PgPool, migrate::Migrator};
use support::TestDatabase;

static MIGRATOR: Migrator = sqlx::migrate!("tests/migrations");
const TOPICS: &[Topic] = &[SessionChanged::TOPIC];
const SCHEMA: Schema = Schema { product: "chassis", migrator: &MIGRATOR, writes: TOPICS, reads: TOPICS };

/// A database, a broker, and the product that uses them.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) kafka: config::Kafka,
    pub(crate) database: TestDatabase,
    pub(crate) db: Db,
    pub(crate) all: PgPool,
    pub(crate) tenant: TenantId,
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
        Self { clock, kafka, database, db, all, tenant }
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
        Consumer::new("chassis", &self.kafka, self.db.clone()).on::<SessionChanged>(Arc::new(Notes))
    }

    /// Publishes an event with this device and commits.
    pub(crate) async fn publish(&self, session: &str, device: &str) {
        let mut transaction = self.db.begin(self.tenant).await.expect("a transaction");
        let event = self.event(session, device);
        outbox::publish(&mut transaction, &self.clock, &event).await.expect("in the outbox");
        transaction.commit().await.expect("committed");
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
        sqlx::query_scalar("SELECT text FROM note ORDER BY ctid").fetch_all(&self.all).await.expect("notes")
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

/// Stores the device of each session. "invalid" and "panic" fail always; "fails at first" fails until "the fix" is stored.
struct Notes;

impl Consume<SessionChanged> for Notes {
    async fn consume(&self, conn: &mut PgConnection, event: Received<SessionChanged>) -> Result<(), ConsumeError> {
        let text = event.payload.map_or_else(|| format!("erased {}", event.key), |session| session.device);
        if text == "invalid" {
            return Err(ConsumeError::invalid("for the test"));
        }
        assert_ne!(text, "panic", "a bug, for the test");
        if text == "fails at first" {
            let fixed: bool = sqlx::query_scalar("SELECT EXISTS (SELECT FROM note WHERE text = 'the fix')")
                .fetch_one(&mut *conn)
                .await?;
            if !fixed {
                // An error of the query, not an outage: it counts as an attempt.
                sqlx::query("SELECT 1 / 0").execute(&mut *conn).await?;
            }
        }
        sqlx::query("INSERT INTO note (tenant_id, text) VALUES ($1, $2)")
            .bind(event.tenant_id)
            .bind(text)
            .execute(conn)
            .await?;
        Ok(())
    }
}

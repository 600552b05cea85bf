//! The product that the benchmark consumes and publishes as: its database, topics, events and handlers.

use std::{process::Stdio, sync::Arc, time::Duration};

use anyhow::{Result, bail};
use chassis::{
    clock::Clock,
    config::{self, LogFormat},
    consumer::{Consume, ConsumeError, Consumer},
    db::Db,
    event::{Event, Received, Topic},
    id::{SessionId, TenantId, new_uuid},
    migrate::{self, Schema, Topics},
};
use chrono::{DateTime, Utc};
use contracts::{
    common::v1::UsageRecord,
    convert::{datetime, timestamp},
    login::v1::{SessionChanged, SessionState, UsageRecorded},
};
use secrecy::ExposeSecret;
use sqlx::{PgConnection, PgPool, migrate::Migrator};
use support::TestDatabase;
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

static MIGRATOR: Migrator = sqlx::migrate!();
const TOPICS: &[Topic] = &[UsageRecorded::TOPIC, SessionChanged::TOPIC];
const SCHEMA: Schema = Schema { product: "bench", migrator: &MIGRATOR, writes: TOPICS, reads: TOPICS };

const POLL: Duration = Duration::from_millis(5);
const WITHIN: Duration = Duration::from_secs(120);

/// A database, topics with a prefix of their own, and a tenant.
pub(super) struct World {
    pub(super) database: TestDatabase,
    pub(super) kafka: config::Kafka,
    pub(super) clock: Clock,
    pub(super) tenant: TenantId,
    /// Reads the rows of all tenants.
    pub(super) all: PgPool,
}

impl World {
    pub(super) async fn new() -> Result<Self> {
        let (database, kafka, clock) = (support::database(&SCHEMA).await, support::kafka(), Clock::system());
        if std::env::var_os("TEST_KAFKA_BROKERS").is_some() {
            let arguments = migrate::Arguments {
                migrate_database_url: database.url("owner"),
                database_url: None,
                worker_database_url: None,
                topics: Topics::Only,
                kafka_brokers: Some(kafka.kafka_brokers.clone()),
                topic_replication: 1,
                topic_prefix: kafka.topic_prefix.clone(),
                telemetry: telemetry(),
            };
            migrate::run(arguments, &SCHEMA).await.map_err(anyhow::Error::from_boxed)?;
        }
        let (all, tenant) = (database.superuser().await, TenantId::new(&clock));
        Ok(Self { database, kafka, clock, tenant, all })
    }

    pub(super) fn usage(&self) -> UsageRecorded {
        let now = Some(timestamp(self.clock.now()));
        UsageRecorded {
            record: Some(UsageRecord {
                usage_id: new_uuid(&self.clock).to_string(),
                tenant_id: self.tenant.to_string(),
                metric: "login.sign_ins".into(),
                quantity: 1,
                period_start: now,
                period_end: now,
                currency_code: String::new(),
            }),
        }
    }

    pub(super) fn ended_session(&self) -> SessionChanged {
        SessionChanged {
            session_id: SessionId::new(&self.clock).to_string(),
            tenant_id: self.tenant.to_string(),
            state: SessionState::Ended.into(),
            ..SessionChanged::default()
        }
    }

    /// Starts a consumer of chassis in a process of its own, with telemetry as a product has it.
    pub(super) fn consumer(&self) -> Result<Child> {
        let (app, worker) = (self.database.url("app"), self.database.url("worker"));
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("consume").args(["--kafka-brokers", &self.kafka.kafka_brokers.to_string()]);
        command.args(["--topic-prefix", &self.kafka.topic_prefix]);
        command.env("DATABASE_URL", app.expose_secret()).env("WORKER_DATABASE_URL", worker.expose_secret());
        Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true).spawn()?)
    }

    /// Makes the inserts of usage records wait until the transaction ends.
    pub(super) async fn close_gate(&self) -> Result<sqlx::Transaction<'static, sqlx::Postgres>> {
        let mut transaction = self.all.begin().await?;
        sqlx::query("LOCK TABLE usage_record IN SHARE MODE").execute(&mut *transaction).await?;
        Ok(transaction)
    }

    pub(super) async fn count(&self, query: &'static str) -> Result<usize> {
        let count: i64 = sqlx::query_scalar(query).fetch_one(&self.all).await?;
        Ok(usize::try_from(count)?)
    }

    /// Waits until a query returns at least `count`. Returns the count and the time.
    pub(super) async fn until(&self, query: &'static str, count: usize) -> Result<(usize, Instant)> {
        let started = Instant::now();
        loop {
            let present = self.count(query).await?;
            if present >= count {
                return Ok((present, Instant::now()));
            }
            if started.elapsed() > WITHIN {
                bail!("{present} of {count} rows after {} s: {query}", WITHIN.as_secs());
            }
            sleep(POLL).await;
        }
    }
}

/// Consume events, as a product does
#[derive(Debug, clap::Args)]
pub(crate) struct Consumed {
    #[command(flatten)]
    database: config::Database,
    #[command(flatten)]
    kafka: config::Kafka,
}

impl Consumed {
    /// Consumes until it is killed.
    pub(crate) async fn run(&self) -> Result<()> {
        let _telemetry = chassis::telemetry::start("bench", &telemetry()).map_err(anyhow::Error::from_boxed)?;
        let handlers = Arc::new(Handlers);
        let consumer = Consumer::new("bench", &self.kafka, Db::connect(&self.database)?, Clock::system())
            .on::<UsageRecorded>(handlers.clone())
            .on::<SessionChanged>(handlers);
        consumer.run(CancellationToken::new()).await;
        Ok(())
    }
}

fn telemetry() -> config::Telemetry {
    config::Telemetry { log_format: LogFormat::Json, otel_exporter_otlp_endpoint: None }
}

struct Handlers;

impl Consume<UsageRecorded> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<UsageRecorded>) -> Result<(), ConsumeError> {
        let record = event.payload.and_then(|usage| usage.record).unwrap_or_default();
        Ok(insert(conn, event.tenant_id, &record).await?)
    }
}

impl Consume<SessionChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<SessionChanged>) -> Result<(), ConsumeError> {
        let session: SessionId = event.key.parse().map_err(|_| ConsumeError::invalid("session_id"))?;
        let insert = sqlx::query("INSERT INTO ended_session (session_id, tenant_id) VALUES ($1, $2)");
        insert.bind(session).bind(event.tenant_id).execute(conn).await?;
        Ok(())
    }
}

/// Stores a usage record, as mypage does.
pub(super) async fn insert(conn: &mut PgConnection, tenant: TenantId, record: &UsageRecord) -> Result<(), sqlx::Error> {
    let id: Uuid = record.usage_id.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let start: DateTime<Utc> = datetime(record.period_start).unwrap_or_default();
    sqlx::query(
        "INSERT INTO usage_record (usage_id, tenant_id, metric, quantity, period_start)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (usage_id) DO NOTHING",
    )
    .bind(id)
    .bind(tenant)
    .bind(&record.metric)
    .bind(record.quantity)
    .bind(start)
    .execute(conn)
    .await
    .map(drop)
}

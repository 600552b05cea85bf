//! Bare clients of Kafka: what a consumer and a producer do without chassis.

use std::time::Duration;

use anyhow::{Result, anyhow};
use chassis::{
    event::Event,
    id::{TenantId, new_uuid},
};
use chrono::{DateTime, SecondsFormat, Utc};
use contracts::login::v1::UsageRecorded;
use futures::future::try_join_all;
use prost::Message as _;
use rdkafka::{
    ClientConfig, Message,
    consumer::{Consumer, StreamConsumer},
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord},
};
use secrecy::ExposeSecret;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::product::{World, insert};

/// The largest batch of chassis, too.
const BATCH: usize = 100;
/// As many as the relay of chassis.
const ROWS: i64 = 1000;
const TIMEOUT: Duration = Duration::from_secs(20);

fn client(world: &World) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", world.kafka.kafka_brokers.to_string());
    config
}

fn topic<E: Event>(world: &World) -> String {
    format!("{}{}", world.kafka.topic_prefix, E::TOPIC.name)
}

/// Sends events without an outbox, and waits for the acknowledgements.
pub(super) async fn send<E: Event>(world: &World, events: impl IntoIterator<Item = E>) -> Result<()> {
    let producer: FutureProducer = client(world).set("linger.ms", "5").create()?;
    let topic = topic::<E>(world);
    let mut sending = vec![];
    for (event, partition) in events.into_iter().zip((0..E::TOPIC.partitions).cycle()) {
        let headers = headers("login", new_uuid(&world.clock), world.tenant, &E::full_name(), world.clock.now());
        let payload = event.encode_to_vec();
        // All partitions are used, although the events of a tenant can have the same key.
        let record = FutureRecord::to(&topic).key(event.key()).partition(partition).payload(&payload).headers(headers);
        sending.push(producer.send_result(record).map_err(|(error, _)| error)?);
    }
    for delivery in try_join_all(sending).await? {
        delivery.map_err(|(error, _)| error)?;
    }
    Ok(())
}

/// The headers of an event, as the relay sends them.
fn headers(source: &str, id: Uuid, tenant: TenantId, kind: &str, time: DateTime<Utc>) -> OwnedHeaders {
    let (id, tenant) = (id.to_string(), tenant.to_string());
    let time = time.to_rfc3339_opts(SecondsFormat::Micros, true);
    [
        ("ce_specversion", "1.0"),
        ("ce_id", &id),
        ("ce_type", kind),
        ("ce_source", source),
        ("ce_time", &time),
        ("ce_tenantid", &tenant),
        ("content-type", "application/protobuf"),
    ]
    .into_iter()
    .fold(OwnedHeaders::new(), |headers, (key, value)| headers.insert(Header { key, value: Some(value) }))
}

/// Consumes usage records, in one transaction a batch, until `count` are stored.
pub(super) async fn consume(world: &World, count: usize) -> Result<()> {
    let consumer: StreamConsumer = client(world)
        .set("group.id", format!("{}bare", world.kafka.topic_prefix))
        .set("auto.offset.reset", "earliest")
        .set("enable.auto.offset.store", "false")
        .set("fetch.wait.max.ms", "50")
        .create()?;
    consumer.subscribe(&[&topic::<UsageRecorded>(world)])?;
    let mut conn = PgConnection::connect(world.database.url("app").expose_secret()).await?;
    let mut stored = 0;
    while stored < count {
        let mut batch = vec![consumer.recv().await?];
        while batch.len() < BATCH {
            match tokio::time::timeout(Duration::ZERO, consumer.recv()).await {
                Ok(message) => batch.push(message?),
                Err(_) => break,
            }
        }
        let mut transaction = conn.begin().await?;
        chassis::db::set_tenant(&mut transaction, world.tenant).await?;
        for message in &batch {
            let usage = UsageRecorded::decode(message.payload().unwrap_or_default())?;
            let record = usage.record.ok_or_else(|| anyhow!("no record"))?;
            insert(&mut transaction, world.tenant, &record).await?;
        }
        transaction.commit().await?;
        for message in &batch {
            consumer.store_offset_from_message(message)?;
        }
        stored += batch.len();
    }
    Ok(())
}

/// The columns of the outbox that a message has.
type Row = (i64, Uuid, TenantId, String, String, String, DateTime<Utc>, Vec<u8>);

/// Reads the rows of the outbox, sends the same messages as the relay, and marks the rows.
pub(super) async fn publish(world: &World) -> Result<usize> {
    let producer: FutureProducer =
        client(world).set("enable.idempotence", "true").set("acks", "all").set("linger.ms", "2").create()?;
    let mut conn = PgConnection::connect(world.database.url("worker").expose_secret()).await?;
    let mut published = 0;
    loop {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT seq, event_id, tenant_id, topic, key, type, time, payload
             FROM outbox WHERE published_at IS NULL ORDER BY seq LIMIT $1",
        )
        .bind(ROWS)
        .fetch_all(&mut conn)
        .await?;
        if rows.is_empty() {
            return Ok(published);
        }
        let sending = rows.iter().map(async |(_, id, tenant, topic, key, kind, time, payload)| {
            let topic = format!("{}{topic}", world.kafka.topic_prefix);
            let headers = headers("bench", *id, *tenant, kind, *time);
            let record = FutureRecord::to(&topic).key(key).payload(payload).headers(headers);
            let sent = producer.send(record, TIMEOUT).await;
            sent.map_err(|(error, _)| error)
        });
        try_join_all(sending).await?;
        let seqs: Vec<i64> = rows.iter().map(|(seq, ..)| *seq).collect();
        let mark = sqlx::query("UPDATE outbox SET published_at = now() WHERE seq = ANY($1)").bind(seqs);
        mark.execute(&mut conn).await?;
        published += rows.len();
    }
}

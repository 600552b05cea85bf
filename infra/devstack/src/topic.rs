//! `devstack topic`: reads all records that a topic still has, for people and for tests.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    message::{BorrowedMessage, Headers, Message},
};
use serde::Serialize;

use crate::{
    layout::Layout,
    report::say,
    state::{Role, State},
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// One record of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record {
    pub partition: i32,
    pub offset: i64,
    /// Id of the aggregate.
    pub key: String,
    /// CloudEvents attributes and trace context.
    pub headers: BTreeMap<String, String>,
    /// Size of the payload; `None` for a tombstone.
    pub bytes: Option<usize>,
}

impl Record {
    /// The event id, from the header `ce_id`.
    #[must_use]
    pub fn id(&self) -> &str {
        self.headers.get("ce_id").map_or("", String::as_str)
    }

    fn of(message: &BorrowedMessage<'_>) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        // rdkafka panics when it reads a header whose name is not UTF-8. Such a header is left out.
        let headers = message.headers().into_iter().flat_map(|all| {
            (0..all.count()).filter_map(|index| catch_unwind(AssertUnwindSafe(|| all.try_get(index))).ok().flatten())
        });
        Self {
            partition: message.partition(),
            offset: message.offset(),
            key: message.key().map(text).unwrap_or_default(),
            headers: headers.map(|it| (it.key.to_owned(), it.value.map(text).unwrap_or_default())).collect(),
            bytes: message.payload().map(<[u8]>::len),
        }
    }
}

/// Prints the records of a topic, one JSON object a line.
pub fn print(layout: &Layout, brokers: Option<String>, topic: &str) -> Result<()> {
    let brokers = match brokers {
        Some(brokers) => brokers,
        None => running(layout)?,
    };
    for record in read(&brokers, topic)? {
        say(serde_json::to_string(&record)?);
    }
    Ok(())
}

/// Bootstrap address of the broker of the running system.
fn running(layout: &Layout) -> Result<String> {
    let state = State::read(&layout.state()).filter(|state| state.devstack.is_alive());
    let state = state.context("no system is running: start it with scripts/up")?;
    let broker = state.processes.iter().find(|entry| entry.role == Role::Broker);
    let Some((_, port)) = broker.and_then(|entry| entry.ports.first()) else {
        bail!("the embedded broker cannot be read from its start: use Apache Kafka (Java 17 and Maven)");
    };
    Ok(format!("127.0.0.1:{port}"))
}

/// Reads all records that a topic holds now, partition by partition. It joins no group and commits no offsets.
///
/// It blocks the thread. It does not work on the embedded broker, which does not report where a topic ends.
pub fn read(brokers: &str, topic: &str) -> Result<Vec<Record>> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("group.id", "devstack.topic")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create()?;
    let metadata = consumer.fetch_metadata(Some(topic), TIMEOUT).context("the broker does not answer")?;
    let partitions: Vec<i32> = metadata.topics().iter().flat_map(|it| it.partitions()).map(|it| it.id()).collect();
    ensure!(!partitions.is_empty(), "the topic {topic} does not exist");

    let mut records = Vec::new();
    for partition in partitions {
        let (low, high) = consumer.fetch_watermarks(topic, partition, TIMEOUT)?;
        let mut start = TopicPartitionList::new();
        start.add_partition_offset(topic, partition, Offset::Offset(low))?;
        consumer.assign(&start)?;
        let mut next = low;
        while next < high {
            match consumer.poll(TIMEOUT).context("the broker does not answer")? {
                Ok(message) => {
                    next = message.offset() + 1;
                    records.push(Record::of(&message));
                }
                // Compaction has removed the records between the last one and the end.
                Err(rdkafka::error::KafkaError::PartitionEOF(_)) => break,
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(records)
}

/// Deletes a topic of Apache Kafka, for tests of what happens without it.
///
/// # Errors
/// If the broker does not delete it.
pub async fn delete(brokers: &str, topic: &str) -> Result<()> {
    let deleted = admin(brokers)?.delete_topics(&[topic], &AdminOptions::new()).await?;
    deleted.into_iter().try_for_each(|it| it.map(drop).map_err(|(topic, code)| anyhow!("{topic}: {code}")))
}

/// Creates a topic with one partition.
///
/// # Errors
/// If the broker does not create it.
pub async fn create(brokers: &str, topic: &str) -> Result<()> {
    let new = NewTopic::new(topic, 1, TopicReplication::Fixed(1));
    let created = admin(brokers)?.create_topics([&new], &AdminOptions::new()).await?;
    created.into_iter().try_for_each(|it| it.map(drop).map_err(|(topic, code)| anyhow!("{topic}: {code}")))
}

fn admin(brokers: &str) -> Result<AdminClient<DefaultClientContext>> {
    Ok(ClientConfig::new().set("bootstrap.servers", brokers).create()?)
}

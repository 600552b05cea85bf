//! `devstack topic`: reads all records that a topic still has, for people and for tests.

mod client;
mod payload;
mod record;

use std::{collections::BTreeSet, time::Duration};

use anyhow::{Context, Result, anyhow};
use rdkafka::{
    Offset, TopicPartitionList,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    consumer::{BaseConsumer, Consumer},
    error::KafkaError,
    metadata::Metadata,
};

pub use self::record::Record;
use self::{
    client::{Brokers, LastProblem, config},
    payload::Messages,
};
use crate::{layout::Layout, report::say, state::State};

const TIMEOUT: Duration = Duration::from_secs(10);

/// Prints the records of a topic, one JSON object a line. A remark goes to standard error, so that the output is JSON.
pub fn print(layout: &Layout, brokers: Option<String>, topic: &str) -> Result<()> {
    let given = std::env::var("KAFKA_BROKERS").ok();
    let brokers = choose(brokers, State::read(&layout.state()), given)?;
    let records = match find(&brokers, topic)? {
        Found::Records(records) => records,
        // The embedded broker creates a topic at its first event.
        Found::NoTopic(_) if is_of_contracts(topic) => Vec::new(),
        Found::NoTopic(there) => return Err(no_topic(topic, &there)),
    };
    if records.is_empty() {
        eprintln!("{topic} is empty: no event was published, or all are older than its retention");
    }
    for record in records {
        say(serde_json::to_string(&record)?);
    }
    Ok(())
}

/// The broker of the option, else of the running system, else of `KAFKA_BROKERS`, which may belong to another project.
fn choose(option: Option<String>, state: Option<State>, given: Option<String>) -> Result<Brokers> {
    let of = |addresses: String, origin| Brokers { addresses, origin };
    let running = state.filter(|state| state.devstack.is_alive() && !state.brokers.is_empty());
    option
        .map(|addresses| of(addresses, "--brokers"))
        .or_else(|| running.map(|state| of(state.brokers, "of the running system")))
        .or_else(|| given.filter(|it| !it.is_empty()).map(|it| of(it, "KAFKA_BROKERS in the environment")))
        .context("no system is running: start it with scripts/up, or name a broker with --brokers")
}

/// The records of a topic, if the broker has the topic.
enum Found {
    Records(Vec<Record>),
    /// It has only these other topics.
    NoTopic(Vec<String>),
}

/// Whether it is a topic of the contracts, or the dead-letter topic of a consumer of one: `<product>.<topic>.dlq`.
fn is_of_contracts(topic: &str) -> bool {
    let of_dead_letters = topic.strip_suffix(".dlq").and_then(|rest| rest.split_once('.'));
    let name = of_dead_letters.map_or(topic, |(_, name)| name);
    contracts::topics::ALL.iter().any(|known| known.name == name)
}

fn no_topic(topic: &str, there: &[String]) -> anyhow::Error {
    let there = if there.is_empty() { "has none".to_owned() } else { format!("has {}", there.join(", ")) };
    anyhow!("the topic {topic} does not exist: the broker {there}")
}

/// Reads all records that a topic holds now, partition by partition. It joins no group and commits no offsets.
///
/// It blocks the thread.
pub fn read(brokers: &str, topic: &str) -> Result<Vec<Record>> {
    match find(&Brokers { addresses: brokers.to_owned(), origin: "given" }, topic)? {
        Found::Records(records) => Ok(records),
        Found::NoTopic(there) => Err(no_topic(topic, &there)),
    }
}

/// Fails when the broker does not answer. It blocks the thread.
pub(crate) fn check_broker(addresses: String, origin: &'static str) -> Result<()> {
    let brokers = Brokers { addresses, origin };
    let (problem, consumer) = consumer(&brokers)?;
    metadata(&brokers, &problem, &consumer).map(drop)
}

fn consumer(brokers: &Brokers) -> Result<(LastProblem, BaseConsumer<LastProblem>)> {
    let problem = LastProblem::default();
    let consumer = config(&brokers.addresses)
        .set("group.id", "devstack.topic")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .create_with_context(problem.clone())?;
    Ok((problem, consumer))
}

/// The metadata of all topics: the embedded broker creates a topic that is asked for.
fn metadata(brokers: &Brokers, problem: &LastProblem, consumer: &BaseConsumer<LastProblem>) -> Result<Metadata> {
    consumer.fetch_metadata(None, TIMEOUT).map_err(|error| {
        // The client hands over what it has reported when it is polled.
        let _no_message = consumer.poll(Duration::ZERO);
        problem.no_answer(brokers, Some(&error))
    })
}

fn find(brokers: &Brokers, topic: &str) -> Result<Found> {
    let (problem, consumer) = consumer(brokers)?;
    let metadata = metadata(brokers, &problem, &consumer)?;
    let Some(found) = metadata.topics().iter().find(|it| it.name() == topic) else {
        let others = metadata.topics().iter().map(|it| it.name().to_owned());
        let others: BTreeSet<String> = others.filter(|name| !name.starts_with("__")).collect();
        return Ok(Found::NoTopic(others.into_iter().collect()));
    };
    let mut unread: BTreeSet<i32> = found.partitions().iter().map(|it| it.id()).collect();
    let mut start = TopicPartitionList::new();
    for partition in &unread {
        start.add_partition_offset(topic, *partition, Offset::Beginning)?;
    }
    consumer.assign(&start)?;

    let messages = Messages::of_contracts()?;
    let mut records = Vec::new();
    while !unread.is_empty() {
        match consumer.poll(TIMEOUT).ok_or_else(|| problem.no_answer(brokers, None))? {
            Ok(message) => records.push(Record::of(&message, &messages)),
            Err(KafkaError::PartitionEOF(partition)) => _ = unread.remove(&partition),
            Err(error) => return Err(problem.no_answer(brokers, Some(&error))),
        }
    }
    records.sort_by_key(|record: &Record| (record.partition, record.offset));
    Ok(Found::Records(records))
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

fn admin(brokers: &str) -> Result<AdminClient<LastProblem>> {
    Ok(config(brokers).create_with_context(LastProblem::default())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broker_of_the_running_system_comes_before_one_of_the_environment() {
        let running = || Some(State { brokers: "127.0.0.1:19092".to_owned(), ..State::new() });
        let foreign = || Some("other:9092".to_owned());
        let chosen = |option: Option<&str>, state, given| choose(option.map(str::to_owned), state, given).unwrap();
        assert_eq!(chosen(None, running(), foreign()).addresses, "127.0.0.1:19092");
        assert_eq!(chosen(Some("b:1"), running(), foreign()).origin, "--brokers");
        assert_eq!(chosen(None, None, foreign()).origin, "KAFKA_BROKERS in the environment");
        assert!(choose(None, None, Some(String::new())).unwrap_err().to_string().starts_with("no system is running"));
    }

    #[test]
    fn topics_and_dead_letter_topics_of_the_contracts_are_known() {
        assert!(is_of_contracts("ad.delivery.v1") && is_of_contracts("mypage.ad.delivery.v1.dlq"));
        assert!(!is_of_contracts("ad.delivry.v1") && !is_of_contracts("mypage.nothing.v1.dlq"));
    }

    #[test]
    fn an_unknown_topic_is_named_with_those_that_there_are() {
        let error = no_topic("ad.delivry.v1", &["ad.delivery.v1".to_owned()]).to_string();
        assert_eq!(error, "the topic ad.delivry.v1 does not exist: the broker has ad.delivery.v1");
    }
}

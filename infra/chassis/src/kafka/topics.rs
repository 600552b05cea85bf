use std::time::Duration;

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    types::RDKafkaErrorCode,
};

use super::ClientLog;
use crate::{
    Error,
    config::Addrs,
    event::{Retention, Topic},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const TIMEOUT: Duration = Duration::from_secs(30);

/// Creates missing topics with the given names. Returns the number of topics that it created.
///
/// # Errors
/// When the broker rejects a topic or is unavailable.
pub(crate) async fn create_topics(
    brokers: &Addrs,
    prefix: &str,
    topics: &[(String, Topic)],
    replication: i32,
) -> Result<usize, Error> {
    let admin: AdminClient<ClientLog> =
        ClientConfig::new().set("bootstrap.servers", brokers.to_string()).create_with_context(ClientLog)?;
    let names: Vec<String> = topics.iter().map(|(name, _)| format!("{prefix}{name}")).collect();
    let settings: Vec<Vec<(&str, String)>> = topics.iter().map(|(_, topic)| settings(topic.retention)).collect();
    let wanted: Vec<NewTopic<'_>> = topics
        .iter()
        .zip(&names)
        .zip(&settings)
        .map(|(((_, topic), name), settings)| {
            let new = NewTopic::new(name, topic.partitions, TopicReplication::Fixed(replication));
            settings.iter().fold(new, |new, (key, value)| new.set(key, value))
        })
        .collect();
    let options = AdminOptions::new().request_timeout(Some(TIMEOUT)).operation_timeout(Some(TIMEOUT));
    let mut created = 0;
    for answer in admin.create_topics(&wanted, &options).await? {
        match answer {
            Ok(_) => created += 1,
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => return Err(format!("cannot create topic {topic}: {code}").into()),
        }
    }
    Ok(created)
}

fn settings(retention: Retention) -> Vec<(&'static str, String)> {
    let mut settings = match retention {
        Retention::Compacted => vec![
            ("cleanup.policy", "compact".into()),
            // A consumer that is down for less than 7 days still receives the tombstone of an erased person.
            ("delete.retention.ms", (7 * DAY).as_millis().to_string()),
        ],
        Retention::Days(days) => {
            vec![("cleanup.policy", "delete".into()), ("retention.ms", (days * DAY).as_millis().to_string())]
        }
    };
    // The broker compresses again what a producer compressed otherwise. Our client cannot read zstd: such a record would
    // block its partition.
    settings.push(("compression.type", "lz4".into()));
    settings
}

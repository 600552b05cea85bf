//! What the topics hold.

use std::collections::BTreeMap;

use chassis::{config::Kafka, event::Event};
use devstack::topic::{self, Record};
use serde_json::Value;

/// Reads the events of the topic. A repeated event has the same source and id, and counts once.
pub(super) async fn events<E: Event>(kafka: &Kafka) -> Vec<Value> {
    let (brokers, topic) = (kafka.kafka_brokers.to_string(), format!("{}{}", kafka.topic_prefix, E::TOPIC.name));
    let records =
        tokio::task::spawn_blocking(move || topic::read(&brokers, &topic)).await.expect("ended").expect("read");
    let by_identity: BTreeMap<_, _> = records
        .into_iter()
        .map(|Record { headers, payload, .. }| ((headers["ce_source"].clone(), headers["ce_id"].clone()), payload))
        .collect();
    by_identity.into_values().map(|payload| payload.expect("no tombstone")).collect()
}

//! Reads the events of topics.

use std::collections::BTreeMap;

use chassis::{config::Kafka, event::Event};
use serde_json::Value;
use support::Record;

/// Reads the events of the topic. A repeated event has the same source and id, and counts once.
pub(super) async fn events<E: Event>(kafka: &Kafka) -> Vec<Value> {
    let by_identity: BTreeMap<_, _> = support::records(kafka, E::TOPIC.name)
        .await
        .into_iter()
        .map(|Record { headers, payload, .. }| ((headers["ce_source"].clone(), headers["ce_id"].clone()), payload))
        .collect();
    by_identity.into_values().map(|payload| payload.expect("no tombstone")).collect()
}

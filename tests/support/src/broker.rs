use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
};

use chassis::config;
use devstack::{embedded::EmbeddedBroker, topic};

pub use devstack::topic::Record;

use crate::proxy::Proxy;

const VARIABLE: &str = "TEST_KAFKA_BROKERS";

/// Returns the real Kafka if `TEST_KAFKA_BROKERS` is set, else librdkafka's mock cluster.
/// Each call gets its own topic prefix.
pub fn kafka() -> config::Kafka {
    real().unwrap_or_else(|| {
        static EMBEDDED: OnceLock<String> = OnceLock::new();
        on(EMBEDDED.get_or_init(embedded))
    })
}

/// Starts the mock cluster on its own thread, because it cannot move between threads.
fn embedded() -> String {
    let (sender, brokers) = mpsc::channel();
    thread::spawn(move || {
        let embedded = EmbeddedBroker::start().expect("librdkafka's mock cluster");
        sender.send(embedded.brokers()).expect("the receiver waits");
        loop {
            thread::park();
        }
    });
    brokers.recv().expect("librdkafka's mock cluster")
}

/// Returns the real Kafka, for tests of offsets, consumer groups and redelivery, which the mock cluster does not support.
///
/// Without one, prints that `test` is skipped and returns `None`; the test then returns.
pub fn real_kafka(test: &str) -> Option<config::Kafka> {
    let kafka = real();
    if kafka.is_none() {
        eprintln!(
            "SKIPPED {test}: needs a real Kafka, but {VARIABLE} is not set (scripts/test starts Kafka if Java 17 is installed)"
        );
    }
    kafka
}

/// Returns the address of the real Kafka behind a proxy, and the proxy, which can cut the connections of clients. The topics are
/// those of `kafka`. Only one test of a run may have the proxy.
///
/// # Panics
/// If `kafka` is not the real Kafka of `scripts/test`, or the proxy's port is taken.
pub async fn proxied_kafka(kafka: &config::Kafka) -> (config::Kafka, Proxy) {
    let variable = |name| std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `scripts/test`"));
    let proxy = variable("TEST_KAFKA_PROXY");
    let started = Proxy::start(&proxy, variable("TEST_KAFKA_PROXIED")).await;
    (config::Kafka { kafka_brokers: proxy.parse().expect("host:port"), ..kafka.clone() }, started)
}

/// Reads all records that a topic holds now. `topic` is its name without the prefix.
///
/// # Panics
/// If the broker does not answer, or has no such topic.
pub async fn records(kafka: &config::Kafka, topic: &str) -> Vec<Record> {
    let (brokers, topic) = (kafka.kafka_brokers.to_string(), format!("{}{topic}", kafka.topic_prefix));
    let read = tokio::task::spawn_blocking(move || topic::read(&brokers, &topic));
    read.await.expect("ended").unwrap_or_else(|error| panic!("{error:#}"))
}

fn real() -> Option<config::Kafka> {
    std::env::var(VARIABLE).ok().map(|brokers| on(&brokers))
}

fn on(brokers: &str) -> config::Kafka {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let topic_prefix = format!("t{}-{}.", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    config::Kafka { kafka_brokers: brokers.parse().expect("host:port"), topic_prefix }
}

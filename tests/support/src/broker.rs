use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
};

use chassis::config;
use devstack::embedded::EmbeddedBroker;

/// Bootstrap servers of the real Kafka that tests run on.
const VARIABLE: &str = "TEST_KAFKA_BROKERS";

/// A broker with topics of the caller's own: the real Kafka where there is one, else librdkafka's mock cluster.
pub fn kafka() -> config::Kafka {
    real().unwrap_or_else(|| {
        static EMBEDDED: OnceLock<String> = OnceLock::new();
        on(EMBEDDED.get_or_init(embedded))
    })
}

/// Starts the mock cluster on a thread that keeps it: it can't move to another.
fn embedded() -> String {
    let (sender, brokers) = mpsc::channel();
    thread::spawn(move || {
        let embedded = EmbeddedBroker::start().expect("librdkafka's mock cluster");
        sender.send(embedded.brokers()).expect("someone waits for it");
        loop {
            thread::park();
        }
    });
    brokers.recv().expect("librdkafka's mock cluster")
}

/// The real Kafka, for what the mock cluster does not promise: offsets, groups, redelivery. Without one, says loudly
/// that `test` was skipped; the caller returns.
pub fn real_kafka(test: &str) -> Option<config::Kafka> {
    let kafka = real();
    if kafka.is_none() {
        eprintln!(
            "SKIPPED {test}: needs a real Kafka, and {VARIABLE} is not set (scripts/test starts one where Java 17 is found)"
        );
    }
    kafka
}

fn real() -> Option<config::Kafka> {
    std::env::var(VARIABLE).ok().map(|brokers| on(&brokers))
}

fn on(brokers: &str) -> config::Kafka {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let topic_prefix = format!("t{}-{}.", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    config::Kafka { kafka_brokers: brokers.parse().expect("host:port"), topic_prefix }
}

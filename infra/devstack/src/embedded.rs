//! The embedded broker: librdkafka's mock cluster, which implements Kafka's protocol inside this process.
//!
//! It creates topics on first use with 4 partitions, and answers no administration requests. It stores records in
//! memory, and drops the oldest ones beyond 5 MB or 100,000 records per partition.

use anyhow::{Context, Result};
use rdkafka::{mocking::MockCluster, producer::DefaultProducerContext};

/// A broker that runs until this value is dropped.
pub struct EmbeddedBroker {
    cluster: MockCluster<'static, DefaultProducerContext>,
}

impl EmbeddedBroker {
    /// Starts the broker on a free port of loopback.
    pub fn start() -> Result<Self> {
        let cluster = MockCluster::new(1).context("cannot start the embedded broker")?;
        Ok(Self { cluster })
    }

    /// Creates a topic with 4 partitions, as its first event would.
    pub fn create_topic(&self, name: &str) -> Result<()> {
        self.cluster.create_topic(name, 4, 1).with_context(|| format!("cannot create the topic {name}"))
    }

    /// Bootstrap address for clients.
    #[must_use]
    pub fn brokers(&self) -> String {
        self.cluster.bootstrap_servers()
    }
}

impl std::fmt::Debug for EmbeddedBroker {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("EmbeddedBroker").field(&self.brokers()).finish()
    }
}

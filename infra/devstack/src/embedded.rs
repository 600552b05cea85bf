//! librdkafka's own mock cluster in this process: the same protocol, nothing to install.
//!
//! It makes topics by itself with 4 partitions, answers no administration calls, keeps everything in memory and drops
//! what exceeds 5 MB or 100,000 records a partition.

use anyhow::{Context, Result};
use rdkafka::{mocking::MockCluster, producer::DefaultProducerContext};

/// A broker that lives as long as this value.
pub struct EmbeddedBroker {
    cluster: MockCluster<'static, DefaultProducerContext>,
}

impl EmbeddedBroker {
    /// Starts it on a free port of loopback.
    pub fn start() -> Result<Self> {
        let cluster = MockCluster::new(1).context("can't start the embedded broker")?;
        Ok(Self { cluster })
    }

    /// Its address for clients.
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

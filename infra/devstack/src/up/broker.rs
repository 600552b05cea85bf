//! Starts the broker and creates the topics.

use std::{fs, path::PathBuf, time::Instant};

use anyhow::{Context, Result};
use futures::future::try_join_all;

use super::{given, plan::Broker, stack::Stack};
use crate::{
    kafka::Node,
    postgres::Databases,
    report::{done, note},
    topic,
};

impl Stack {
    /// Starts the broker, unless one was given, and creates missing topics.
    pub(super) async fn start_broker(&self, databases: &[Databases]) -> Result<()> {
        let started = Instant::now();
        match &self.plan.broker {
            Broker::Embedded(_, reason) => {
                note(format_args!("embedded broker: events are lost at a restart ({reason})"));
            }
            Broker::Given => {
                let brokers = &self.plan.deployment.brokers;
                note(format_args!("broker {brokers}, given by {} in the environment", given::BROKERS));
                // The first of them that fails has the reason.
                let made = async { tokio::try_join!(check(brokers.clone()), self.make_topics(databases)) };
                made.await.with_context(|| given::broker_hint(brokers))?;
                done(format_args!("topics on {}", self.plan.deployment.brokers), started);
            }
            Broker::Kafka(node) => {
                self.start_kafka(node).await?;
                done(format_args!("Apache Kafka on port {}", node.ports().0), started);
                if !self.topics_are_made() {
                    let started = Instant::now();
                    self.make_topics(databases).await?;
                    fs::write(self.topics_file(), self.topics())?;
                    done("topics", started);
                }
            }
        }
        Ok(())
    }

    /// Whether the broker certainly has all topics, so that the products need not wait for it.
    pub(super) fn topics_are_made(&self) -> bool {
        match self.plan.broker {
            Broker::Given => false,
            Broker::Embedded(..) => true,
            Broker::Kafka(_) => fs::read_to_string(self.topics_file()).is_ok_and(|made| made == self.topics()),
        }
    }

    async fn start_kafka(&self, node: &Node) -> Result<()> {
        node.prepare().await?;
        let spec = node.spec();
        let (port, controller) = node.ports();
        let ports = vec![("kafka".to_owned(), port), ("controller".to_owned(), controller)];
        let mut running = self.broker.start(&spec, ports)?;
        node.wait_ready(&mut running).await?;
        self.broker.supervise(spec, running);
        Ok(())
    }

    async fn make_topics(&self, databases: &[Databases]) -> Result<()> {
        let products = self.plan.deployment.products.iter().zip(databases);
        try_join_all(products.map(|(product, own)| self.migrate(product, own, "only"))).await?;
        Ok(())
    }

    /// Lies in the broker's data folder, so that both are removed together.
    fn topics_file(&self) -> PathBuf {
        self.plan.layout.run().join("kafka/topics")
    }

    fn topics(&self) -> String {
        let products = self.plan.deployment.products.iter();
        products.map(|product| format!("{} {:?}\n", product.name, product.topics)).collect()
    }
}

async fn check(brokers: String) -> Result<()> {
    tokio::task::spawn_blocking(|| topic::check_broker(brokers, "given")).await?
}

//! Migrates and starts the products, and waits until they are ready.

use std::{
    process::ExitStatus,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use futures::future::try_join_all;
use nix::sys::signal::Signal;
use tokio::sync::watch;

use super::stack::Stack;
use crate::{
    ops::{self, Readiness},
    postgres::Databases,
    process::Spec,
    product::Product,
    report::done,
    supervise::{BAD_CONFIGURATION, Health},
};

const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
const TRIES: u32 = 3;

impl Stack {
    /// Runs the `migrate` command of a product.
    pub(super) async fn migrate(&self, product: &Product, databases: &Databases, topics: &str) -> Result<()> {
        let mut spec = self.spec(product, 0, databases)?;
        spec.name = format!("{}-migrate", product.name);
        spec.log = self.plan.layout.log(&spec.name);
        spec.args = ["migrate", "--topics", topics].map(Into::into).to_vec();
        spec.env.push(("MIGRATE_DATABASE_URL".to_owned(), databases.owner.clone()));
        let status = spec.spawn()?.wait().await?;
        if !status.success() {
            bail!("{} migrate failed ({status}):{}", product.name, spec.last_lines());
        }
        Ok(())
    }

    /// Starts every replica of every product, and waits until each is ready.
    pub(super) async fn start_products(&self, databases: &[Databases]) -> Result<()> {
        let mut waits = Vec::new();
        for (product, own) in self.plan.deployment.products.iter().zip(databases) {
            for replica in 0..self.plan.deployment.replicas {
                let spec = self.spec(product, replica, own)?;
                let ports = self.plan.deployment.ports(product, replica);
                let named = ports.named().map(|(name, port)| (name.to_owned(), port)).to_vec();
                let running = self.products.start(&spec, named)?;
                let health = self.products.supervise(spec.clone(), running);
                waits.push(wait_ready(spec, ports.ops, health));
            }
        }
        try_join_all(waits).await?;
        Ok(())
    }

    fn spec(&self, product: &Product, replica: u16, databases: &Databases) -> Result<Spec> {
        let name = match replica {
            0 => product.name.clone(),
            replica => format!("{}-{replica}", product.name),
        };
        Ok(Spec {
            program: self.plan.programs.join(&product.name),
            args: vec!["serve".into()],
            env: self.plan.deployment.environment(product, replica, databases)?,
            account: None,
            log: self.plan.layout.log(&name),
            stop_signal: Signal::SIGTERM,
            stop_deadline: Duration::from_secs(15),
            name,
        })
    }
}

async fn wait_ready(spec: Spec, ops: u16, mut health: watch::Receiver<Health>) -> Result<()> {
    let started = Instant::now();
    let client = ops::client()?;
    loop {
        let seen = health.borrow_and_update().clone();
        if let Some(status) = seen.last.filter(|status| is_hopeless(*status, seen.crashes)) {
            bail!("{} exits at its start ({status}); the end of its log:{}", spec.name, spec.last_lines());
        }
        let readiness = ops::readiness(&client, ops).await;
        if readiness == Readiness::Ready {
            done(format_args!("{} is ready", spec.name), started);
            return Ok(());
        }
        if started.elapsed() > READY_WITHIN {
            bail!(
                "{} is not ready after {} s: {readiness}; the end of its log:{}",
                spec.name,
                READY_WITHIN.as_secs(),
                spec.last_lines()
            );
        }
        tokio::select! {
            () = tokio::time::sleep(POLL) => {}
            changed = health.changed() => changed.context("the supervisor of the process has ended")?,
        }
    }
}

fn is_hopeless(status: ExitStatus, crashes: u32) -> bool {
    status.code() == Some(BAD_CONFIGURATION) || crashes >= TRIES
}

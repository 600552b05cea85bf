//! What runs, from its start to its stop.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result};
use tokio::sync::oneshot;

use super::{
    banner,
    plan::{Broker, Database, Plan},
};
use crate::{
    postgres::Databases,
    report::{done, note, say, step},
    seed,
    signals::Signals,
    state::{Phase, Role, StateFile},
    supervise::Keeper,
};

/// Everything that one `up` runs.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) plan: Plan,
    pub(super) postgres: Keeper,
    pub(super) broker: Keeper,
    pub(super) products: Keeper,
    state: Arc<StateFile>,
    signals: Signals,
}

impl Stack {
    pub(super) fn new(plan: Plan) -> Result<Self> {
        let signals = Signals::listen()?;
        let state = Arc::new(StateFile::create(plan.layout.state())?);
        state.update(|state| {
            state.url = banner::url(&plan.deployment);
            state.broker = plan.broker.describe();
            state.brokers.clone_from(&plan.deployment.brokers);
            state.admins = plan.admins();
            state.chosen = Some(plan.chosen.clone());
        })?;
        let keeper = |role| Keeper::new(role, Arc::clone(&state), signals.kill.clone());
        Ok(Self {
            postgres: keeper(Role::Postgres),
            broker: keeper(Role::Broker),
            products: keeper(Role::Product),
            plan,
            state,
            signals,
        })
    }

    /// Starts everything, waits for Ctrl-C, stops everything.
    pub(super) async fn run(&self) -> Result<u8> {
        let outcome = tokio::select! {
            outcome = self.serve() => outcome,
            () = self.signals.stop.cancelled() => Ok(()),
        };
        if let Err(error) = &outcome {
            say(format_args!("\nIt did not work: {error:#}\n"));
        }
        self.stop().await?;
        Ok(u8::from(outcome.is_err()))
    }

    /// Comes back only when something failed.
    async fn serve(&self) -> Result<()> {
        let databases = self.databases()?;
        let (topics_made, topics_awaited) = oneshot::channel();
        let broker = async {
            self.start_broker(&databases).await?;
            // Nobody waits when the topics were there before.
            let _nobody = topics_made.send(());
            Ok(())
        };
        tokio::try_join!(broker, self.start_the_rest(&databases, topics_awaited))?;
        std::future::pending().await
    }

    /// Readiness doesn't wait for the broker, except where it has no topics yet.
    async fn start_the_rest(&self, databases: &[Databases], topics_made: oneshot::Receiver<()>) -> Result<()> {
        self.start_databases(databases).await?;
        if !self.topics_are_made() {
            topics_made.await.context("the broker has no topics")?;
        }
        step(4, "products");
        self.start_products(databases).await?;
        self.seed().await?;
        banner::print(&self.plan.deployment, &self.plan.layout, self.plan.began);
        self.state.update(|state| state.phase = Phase::Ready)
    }

    async fn seed(&self) -> Result<()> {
        step(5, "demo data");
        let started = Instant::now();
        let ours = matches!(self.plan.database, Database::Ours(_));
        // Only data of our own are known to go together with the marker.
        let marker = ours.then(|| self.plan.layout.run().join("demo-data"));
        let what = seed::run(&self.plan.deployment, marker.as_deref()).await.context("demo data")?;
        done(what, started);
        Ok(())
    }

    /// Products first: they may still have to write to the stores.
    async fn stop(&self) -> Result<()> {
        say("\nStopping (Ctrl-C again kills) …");
        self.state.update(|state| state.phase = Phase::Stopping)?;
        for (keeper, what) in [(&self.products, "products"), (&self.broker, "broker"), (&self.postgres, "Postgres")] {
            let started = Instant::now();
            let any = keeper.has_kept();
            keeper.stop().await;
            if any {
                done(format_args!("{what} stopped"), started);
            }
        }
        // What was started but not yet kept, when a start was broken off.
        self.state.end_all().await;
        if let Broker::Kafka(node) = &self.plan.broker {
            node.keep_class_archive()?;
        }
        self.state.remove()?;
        note("nothing is left running");
        Ok(())
    }
}

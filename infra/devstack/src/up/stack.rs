//! One run of all processes, from start to stop.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result};
use tokio::sync::oneshot;

use super::{
    banner,
    plan::{Broker, Database, Plan},
};
use crate::{
    advertiser, control,
    postgres::Databases,
    report::{done, note, say, step},
    seed,
    signals::Signals,
    state::{Phase, Role, StateFile},
    supervise::Supervisor,
};

/// The processes of one run.
#[derive(Debug)]
pub(super) struct Stack {
    pub(super) plan: Plan,
    pub(super) postgres: Supervisor,
    pub(super) broker: Supervisor,
    pub(super) products: Supervisor,
    state: Arc<StateFile>,
    signals: Signals,
}

impl Stack {
    pub(super) fn new(plan: Plan) -> Result<Self> {
        let signals = Signals::listen()?;
        // Before the state file, whose readers may send the signal.
        let down = control::listen(&plan.layout)?;
        let state = Arc::new(StateFile::create(plan.layout.state())?);
        state.update(|state| {
            state.url = banner::url(&plan.deployment);
            state.broker = plan.broker.describe();
            state.brokers.clone_from(&plan.deployment.brokers);
            state.admins = plan.admins();
            state.chosen = Some(plan.chosen.clone());
        })?;
        let supervisor = |role| Supervisor::new(role, Arc::clone(&state), down.clone(), signals.kill.clone());
        Ok(Self {
            postgres: supervisor(Role::Postgres),
            broker: supervisor(Role::Broker),
            products: supervisor(Role::Product),
            plan,
            state,
            signals,
        })
    }

    /// Starts everything, waits for Ctrl-C, and stops everything. Returns the exit code.
    pub(super) async fn run(&self) -> Result<u8> {
        let outcome = tokio::select! {
            outcome = self.serve() => outcome,
            () = self.signals.stop.cancelled() => Ok(()),
        };
        if let Err(error) = &outcome {
            say(format_args!("\nFailed: {error:#}\n"));
        }
        self.stop().await?;
        Ok(u8::from(outcome.is_err()))
    }

    /// Starts everything and then waits forever; returns only on an error.
    async fn serve(&self) -> Result<()> {
        let databases = self.databases()?;
        let (topics_made, topics_awaited) = oneshot::channel();
        let broker = async {
            self.start_broker(&databases).await?;
            // The receiver is dropped when the topics existed before.
            let _receiver_is_gone = topics_made.send(());
            Ok(())
        };
        let deployment = &self.plan.deployment;
        let advertisers = advertiser::serve((deployment.public_address(), deployment.advertiser_port()).into());
        tokio::try_join!(broker, self.start_the_rest(&databases, topics_awaited), advertisers)?;
        std::future::pending().await
    }

    /// Starts databases, products and demo data. Waits for the broker only while it may lack topics.
    async fn start_the_rest(&self, databases: &[Databases], topics_made: oneshot::Receiver<()>) -> Result<()> {
        self.start_databases(databases).await?;
        if !self.topics_are_made() {
            topics_made.await.context("the topics were not created")?;
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
        // Writes the marker only for our own database: the next run may be given another database.
        let marker = ours.then(|| self.plan.layout.run().join("demo-data"));
        let what = seed::run(&self.plan.deployment, marker.as_deref()).await.context("demo data")?;
        done(what, started);
        Ok(())
    }

    /// Stops the products first, as they may still have to write to the broker and Postgres.
    async fn stop(&self) -> Result<()> {
        say("\nStopping (a second Ctrl-C kills) …");
        self.state.update(|state| state.phase = Phase::Stopping)?;
        for (supervisor, what) in [(&self.products, "products"), (&self.broker, "broker"), (&self.postgres, "Postgres")]
        {
            let started = Instant::now();
            let any = supervisor.has_processes();
            supervisor.stop().await;
            if any {
                done(format_args!("{what} stopped"), started);
            }
        }
        // Processes that were started but not yet supervised, when the start was interrupted.
        self.state.end_all().await;
        if let Broker::Kafka(node) = &self.plan.broker {
            node.keep_class_archive()?;
        }
        self.state.remove()?;
        note("all processes have stopped");
        Ok(())
    }
}

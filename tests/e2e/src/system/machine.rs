//! The system that `scripts/up --detach` started in the data folder `DEVSTACK_DATA`.

use std::{fs, process::Command};

use chassis::config::PublicUrl;
use devstack::ops::{self, Readiness};
use sqlx::postgres::PgConnectOptions;
use support::LocalSystem;

pub(super) struct Machine {
    system: LocalSystem,
}

impl Machine {
    pub(super) fn running() -> Self {
        Self { system: LocalSystem::running() }
    }

    pub(super) fn url(&self, process: &str) -> PublicUrl {
        self.system.url(process).parse().expect("a URL")
    }

    /// Returns the names of the product's processes: `login`, `login-1`.
    pub(super) fn replicas(&self, product: &str) -> Vec<String> {
        let is_replica =
            |name: &str| name == product || name.strip_prefix(product).is_some_and(|rest| rest.starts_with('-'));
        self.system.processes().into_iter().map(|entry| entry.name).filter(|name| is_replica(name)).collect()
    }

    pub(super) async fn crash(&self, process: &str) {
        let before = self.system.process(process);
        let pid = before.identity.expect("a running process").pid.to_string();
        let killed = Command::new("kill").args(["-9", &pid]).status().expect("kill runs");
        assert!(killed.success(), "kill -9 {pid} failed");
        let (client, port) = (ops::client().expect("a client"), self.system.port(process, "ops"));
        support::eventually("the process to be restarted and ready", || async {
            let is_restarted = self.system.process(process).restarts > before.restarts;
            (is_restarted && ops::readiness(&client, port).await == Readiness::Ready).then_some(())
        })
        .await;
    }

    pub(super) fn postgres(&self, product: &str) -> PgConnectOptions {
        self.system.postgres(product)
    }

    pub(super) fn broker(&self) -> Result<String, String> {
        let kafka = self.system.processes().into_iter().find(|entry| entry.name == "kafka");
        let port = kafka.and_then(|entry| entry.ports.first().map(|(_, port)| *port));
        port.map(|port| format!("127.0.0.1:{port}")).ok_or_else(|| "needs a real Kafka".to_owned())
    }

    pub(super) fn logs(&self) -> Vec<String> {
        let files = fs::read_dir(self.system.logs()).expect("the logs").map(|entry| entry.expect("a file").path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.map(|path| fs::read_to_string(path).expect("a log")).collect()
    }
}

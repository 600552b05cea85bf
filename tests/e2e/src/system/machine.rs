//! What `scripts/up --detach` has started in the data folder `DEVSTACK_DATA`.

use std::{fs, path::PathBuf, process::Command};

use chassis::config::PublicUrl;
use devstack::{
    layout::Layout,
    ops::{self, Readiness},
    secrets::Secrets,
    state::{Entry, State},
};
use sqlx::postgres::PgConnectOptions;

pub(super) struct Machine {
    layout: Layout,
}

impl Machine {
    pub(super) fn running() -> Self {
        let folder = std::env::var_os("DEVSTACK_DATA").map_or_else(|| super::root().join(".data"), PathBuf::from);
        let machine = Self { layout: Layout::open(&folder, None).expect("the data folder") };
        assert!(machine.state().devstack.is_alive(), "nothing is up in {}: scripts/up --detach", folder.display());
        machine
    }

    fn state(&self) -> State {
        State::read(&self.layout.state()).expect("nothing is up: scripts/up --detach")
    }

    fn process(&self, name: &str) -> Entry {
        let found = self.state().processes.into_iter().find(|entry| entry.name == name);
        found.unwrap_or_else(|| panic!("{name} does not run"))
    }

    fn port(&self, process: &str, usage: &str) -> u16 {
        let ports = self.process(process).ports;
        let found = ports.iter().find(|(name, _)| name == usage).map(|(_, port)| *port);
        found.unwrap_or_else(|| panic!("{process} has no port for {usage}: {ports:?}"))
    }

    pub(super) fn url(&self, process: &str) -> PublicUrl {
        format!("http://localhost:{}", self.port(process, "http")).parse().expect("an address")
    }

    /// One process a replica: `login`, `login-1`.
    pub(super) fn replicas(&self, product: &str) -> Vec<String> {
        let is_its =
            |name: &str| name == product || name.strip_prefix(product).is_some_and(|rest| rest.starts_with('-'));
        self.state().processes.into_iter().map(|entry| entry.name).filter(|name| is_its(name)).collect()
    }

    pub(super) async fn crash(&self, process: &str) {
        let before = self.process(process);
        let pid = before.identity.expect("it runs").pid.to_string();
        let killed = Command::new("kill").args(["-9", &pid]).status().expect("kill runs");
        assert!(killed.success(), "kill -9 {pid}");
        let (client, port) = (ops::client().expect("a client"), self.port(process, "ops"));
        support::eventually("the process to come back ready", || async {
            let is_another = self.process(process).restarts > before.restarts;
            (is_another && ops::readiness(&client, port).await == Readiness::Ready).then_some(())
        })
        .await;
    }

    pub(super) fn postgres(&self, product: &str) -> PgConnectOptions {
        let secrets = Secrets::open(&self.layout.run().join("secrets.json")).expect("the secrets");
        let password = secrets.get("postgres").expect("the superuser's password");
        let options = PgConnectOptions::new().host("127.0.0.1").port(self.port("postgres", "postgres"));
        options.username("postgres").password(&password).database(product)
    }

    pub(super) fn broker(&self) -> Result<String, String> {
        let kafka = self.state().processes.into_iter().find(|entry| entry.name == "kafka");
        let port = kafka.and_then(|entry| entry.ports.first().map(|(_, port)| *port));
        port.map(|port| format!("127.0.0.1:{port}")).ok_or_else(|| "needs a real Kafka".to_owned())
    }

    pub(super) fn logs(&self) -> Vec<String> {
        let files = fs::read_dir(self.layout.logs()).expect("the logs").map(|entry| entry.expect("a file").path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        logs.map(|path| fs::read_to_string(path).expect("a log")).collect()
    }
}

//! The state file: the running processes, for `status`, `down`, and the clean-up after a killed run.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::identity::Identity;

/// Time for a leftover process of an earlier run to stop before it is killed.
const STOP_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(50);

/// One run of devstack and its processes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The devstack process itself.
    pub devstack: Identity,
    pub phase: Phase,
    /// URL of the front product.
    pub url: String,
    /// Description of the broker, for people.
    pub broker: String,
    /// Bootstrap address of the broker.
    #[serde(default)]
    pub brokers: String,
    /// Postgres URL of the administrator, by product: the role that made the product's database.
    #[serde(default)]
    pub admins: BTreeMap<String, String>,
    /// The options of the run; `None` until they are known.
    pub chosen: Option<Chosen>,
    pub processes: Vec<Entry>,
}

/// The options of one run, including defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// The broker's kind: `kafka`, `embedded` or `given`.
    pub broker: String,
    /// Number of processes of each product.
    pub replicas: u16,
    /// Host name in public URLs; `None` serves this machine only.
    pub host: Option<String>,
    /// Offset added to every port.
    pub port_offset: u16,
    /// Port of Postgres, without the offset.
    pub postgres_port: u16,
    /// Port of Kafka, without the offset.
    pub kafka_port: u16,
}

/// Phase of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Starting,
    Ready,
    Stopping,
}

/// Kind of a process, in the order of stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Stops first: it may still have to write to Kafka and Postgres.
    Product,
    Broker,
    Postgres,
}

/// One process of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Name of the product, `postgres` or `kafka`; the second replica of `login` is `login-1`.
    pub name: String,
    pub role: Role,
    /// Pid and start time of the process.
    pub identity: Option<Identity>,
    /// Ports with their purposes: `http`, `grpc`, `ops`.
    pub ports: Vec<(String, u16)>,
    pub log: PathBuf,
    /// Number of restarts after a crash.
    pub restarts: u32,
    /// Whether `devstack stop` keeps it down.
    #[serde(default)]
    pub stopped: bool,
}

/// Name of the product of a process: the second replica of `login` is `login-1`.
pub(crate) fn product_of(process: &str) -> &str {
    process.split('-').next().unwrap_or(process)
}

impl State {
    /// State of this process at its start.
    #[must_use]
    pub fn new() -> Self {
        Self {
            devstack: Identity::own(),
            phase: Phase::Starting,
            url: String::new(),
            broker: String::new(),
            brokers: String::new(),
            admins: BTreeMap::new(),
            chosen: None,
            processes: Vec::new(),
        }
    }

    /// Reads a state file; `None` when it does not exist or is not readable.
    #[must_use]
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
    }

    /// Stops the processes that still run, products first and Postgres last. Returns their names.
    pub async fn end_leftovers(&self) -> Vec<String> {
        let mut ended = Vec::new();
        for role in [Role::Product, Role::Broker, Role::Postgres] {
            let left: Vec<&Entry> = self.left(role).collect();
            for entry in &left {
                ended.push(entry.name.clone());
                entry.signal(if role == Role::Postgres { Signal::SIGINT } else { Signal::SIGTERM });
            }
            let deadline = Instant::now() + STOP_WITHIN;
            while self.left(role).next().is_some() && Instant::now() < deadline {
                tokio::time::sleep(POLL).await;
            }
            self.left(role).filter_map(|entry| entry.identity.as_ref()).for_each(Identity::kill_group);
        }
        ended
    }

    /// Names of the products that `devstack stop` keeps down.
    #[must_use]
    pub fn stopped_products(&self) -> BTreeSet<&str> {
        self.processes.iter().filter(|entry| entry.stopped).map(Entry::product).collect()
    }

    fn left(&self, role: Role) -> impl Iterator<Item = &Entry> {
        self.processes.iter().filter(move |entry| entry.role == role && entry.is_alive())
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl Entry {
    /// Name of the product, whose name has no `-`.
    #[must_use]
    pub fn product(&self) -> &str {
        product_of(&self.name)
    }

    /// Whether the process still runs.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.identity.as_ref().is_some_and(Identity::is_alive)
    }

    fn signal(&self, signal: Signal) {
        if let Some(identity) = &self.identity {
            identity.signal(signal);
        }
    }
}

/// The state of this run, written to its file at each change.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    state: Mutex<State>,
}

impl StateFile {
    /// Writes the first state of this run.
    pub fn create(path: PathBuf) -> Result<Self> {
        let file = Self { path, state: Mutex::new(State::new()) };
        file.update(|_| ())?;
        Ok(file)
    }

    /// Changes the state and rewrites the file.
    pub fn update(&self, change: impl FnOnce(&mut State)) -> Result<()> {
        let mut state = self.state.lock().map_err(|_| anyhow!("a thread panicked while it held the state's lock"))?;
        change(&mut state);
        crate::layout::write_private(&self.path, &serde_json::to_string_pretty(&*state)?)
    }

    pub fn add(&self, entry: Entry) -> Result<()> {
        self.update(|state| state.processes.push(entry))
    }

    /// Records that a process was restarted after a crash.
    pub fn restarted(&self, name: &str, identity: &Identity) -> Result<()> {
        self.change(name, |entry| {
            entry.restarts += 1;
            entry.identity = Some(identity.clone());
        })
    }

    /// Records that a process was started again after a request.
    pub fn started(&self, name: &str, identity: &Identity) -> Result<()> {
        self.change(name, |entry| {
            entry.stopped = false;
            entry.identity = Some(identity.clone());
        })
    }

    /// Records that a process is kept down by a request.
    pub fn stopped(&self, name: &str) -> Result<()> {
        self.change(name, |entry| entry.stopped = true)
    }

    fn change(&self, name: &str, change: impl Fn(&mut Entry)) -> Result<()> {
        self.update(|state| state.processes.iter_mut().filter(|entry| entry.name == name).for_each(change))
    }

    /// Stops every process, after a start that failed half-way.
    pub async fn end_all(&self) {
        let state = self.state.lock().map(|state| state.clone());
        if let Ok(state) = state {
            state.end_leftovers().await;
        }
    }

    /// Removes the file, once all processes have stopped.
    pub fn remove(&self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| format!("cannot remove {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, identity: Option<Identity>) -> Entry {
        Entry {
            name: name.to_owned(),
            role: Role::Product,
            identity,
            ports: vec![("http".to_owned(), 8080)],
            log: PathBuf::from("login.log"),
            restarts: 0,
            stopped: false,
        }
    }

    #[test]
    fn a_written_state_is_read_back() {
        let path = std::env::temp_dir().join(format!("devstack-state-{}", std::process::id()));
        let file = StateFile::create(path.clone()).unwrap();
        file.add(entry("login", None)).unwrap();
        file.restarted("login", &Identity::own()).unwrap();
        file.stopped("login").unwrap();
        assert_eq!(State::read(&path).unwrap().stopped_products(), BTreeSet::from(["login"]));
        file.started("login", &Identity::own()).unwrap();
        let state = State::read(&path).unwrap();
        assert_eq!((state.processes[0].restarts, state.processes[0].stopped), (1, false));
        assert!(state.processes[0].is_alive());
        file.remove().unwrap();
        assert_eq!(State::read(&path), None);
    }

    #[tokio::test]
    async fn a_process_with_a_reused_pid_is_left_alone() {
        let mut state = State::new();
        let reused = Identity { started: "earlier".to_owned(), ..Identity::own() };
        state.processes.push(entry("login", Some(reused)));
        // The pid is this process: a signal would end the test itself.
        assert_eq!(state.end_leftovers().await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_leftover_process_is_stopped() {
        let mut child =
            tokio::process::Command::new("tail").args(["-f", "/dev/null"]).process_group(0).spawn().unwrap();
        let pid = child.id().unwrap().cast_signed();
        let mut state = State::new();
        state.processes.push(entry("login", Identity::of(pid)));
        assert_eq!(state.end_leftovers().await, ["login"]);
        assert!(!child.wait().await.unwrap().success());
    }
}

//! What runs, written down: for `status` and `down`, and so that the next run can clean up after a kill.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use nix::sys::signal::Signal;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::{identity::Identity, up::Chosen};

/// How long a process that an earlier devstack left may take to stop.
const STOP_WITHIN: Duration = Duration::from_secs(15);
const POLL: Duration = Duration::from_millis(50);

/// Everything that one devstack runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The devstack itself.
    pub devstack: Identity,
    /// How far it is.
    pub phase: Phase,
    /// The address to open.
    pub url: String,
    /// What the events go through, in words.
    pub broker: String,
    /// Where the events go.
    #[serde(default)]
    pub brokers: String,
    /// By product, the address of the role that made its roles and its database.
    #[serde(default)]
    pub admins: BTreeMap<String, String>,
    /// What it was started with; `None` before that is known.
    pub chosen: Option<Chosen>,
    /// Its processes.
    pub processes: Vec<Entry>,
}

/// How far a devstack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// On its way up.
    Starting,
    /// All products are ready.
    Ready,
    /// On its way down.
    Stopping,
}

/// What a process is, in the order of stopping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A product: it may still have to write to the stores.
    Product,
    /// The broker.
    Broker,
    /// The database server.
    Postgres,
}

/// One process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Product or store; the second replica of `login` is `login-1`.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// The process, while it runs.
    pub identity: Option<Identity>,
    /// Its ports, by their use.
    pub ports: Vec<(String, u16)>,
    /// Its log file.
    pub log: PathBuf,
    /// How often it was started again.
    pub restarts: u32,
}

impl State {
    /// A devstack that has just begun.
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

    /// Reads a state file; `None` when there is none, or none that can be read.
    #[must_use]
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_str(&fs::read_to_string(path).ok()?).ok()
    }

    /// Ends the processes that were left, products first and Postgres last; the names of those that were.
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
    /// Whether its process runs.
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

/// The state of this devstack, written at each change.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    state: Mutex<State>,
}

impl StateFile {
    /// Writes a new state file.
    pub fn create(path: PathBuf) -> Result<Self> {
        let file = Self { path, state: Mutex::new(State::new()) };
        file.update(|_| ())?;
        Ok(file)
    }

    /// Changes the state and writes it down.
    pub fn update(&self, change: impl FnOnce(&mut State)) -> Result<()> {
        let mut state = self.state.lock().map_err(|_| anyhow!("the state's lock is poisoned"))?;
        change(&mut state);
        crate::layout::write_private(&self.path, &serde_json::to_string_pretty(&*state)?)
    }

    /// Adds a process.
    pub fn add(&self, entry: Entry) -> Result<()> {
        self.update(|state| state.processes.push(entry))
    }

    /// Notes that a process was started again.
    pub fn restarted(&self, name: &str, identity: &Identity) -> Result<()> {
        self.update(|state| {
            for entry in state.processes.iter_mut().filter(|entry| entry.name == name) {
                entry.restarts += 1;
                entry.identity = Some(identity.clone());
            }
        })
    }

    /// Ends every process, for a start that failed half-way.
    pub async fn end_all(&self) {
        let state = self.state.lock().map(|state| state.clone());
        if let Ok(state) = state {
            state.end_leftovers().await;
        }
    }

    /// Removes the file: nothing runs any more.
    pub fn remove(&self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| format!("can't remove {}", self.path.display()))
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
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let path = std::env::temp_dir().join(format!("devstack-state-{}", std::process::id()));
        let file = StateFile::create(path.clone()).unwrap();
        file.add(entry("login", None)).unwrap();
        file.restarted("login", &Identity::own()).unwrap();
        let state = State::read(&path).unwrap();
        assert_eq!(state.processes[0].restarts, 1);
        assert!(state.processes[0].is_alive());
        file.remove().unwrap();
        assert_eq!(State::read(&path), None);
    }

    #[tokio::test]
    async fn a_process_with_a_reused_pid_is_left_alone() {
        let mut state = State::new();
        let reused = Identity { started: "earlier".to_owned(), ..Identity::own() };
        state.processes.push(entry("login", Some(reused)));
        // This very process has that pid: had it been signalled, the test would not end well.
        assert_eq!(state.end_leftovers().await, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_process_that_was_left_is_ended() {
        let mut child =
            tokio::process::Command::new("tail").args(["-f", "/dev/null"]).process_group(0).spawn().unwrap();
        let pid = child.id().unwrap().cast_signed();
        let mut state = State::new();
        state.processes.push(entry("login", Identity::of(pid)));
        assert_eq!(state.end_leftovers().await, ["login"]);
        assert!(!child.wait().await.unwrap().success());
    }
}

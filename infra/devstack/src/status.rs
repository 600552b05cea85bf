//! `devstack status`: the running processes and their readiness.

use anyhow::Result;
use futures::future::join_all;
use reqwest::Client;

use crate::{
    layout::Layout,
    memory, ops,
    report::say,
    state::{Entry, Phase, Role, State},
};

/// Exit code when nothing is running.
pub const NOT_RUNNING: u8 = 3;
/// Exit code when a killed run has left processes.
const LEFT: u8 = 1;
const HEADER: [&str; 7] = ["PROCESS", "STATE", "PID", "RESTARTS", "MEMORY", "PORTS", "READY"];

/// Prints one line if the system is running; for scripts. Returns the exit code.
pub fn brief(layout: &Layout) -> u8 {
    match Found::of(State::read(&layout.state())) {
        Found::Running(state) => {
            say(format_args!("Already running: {}", state.url));
            0
        }
        Found::Left(_) => LEFT,
        Found::Nothing => NOT_RUNNING,
    }
}

/// Prints a table of the processes. Returns the exit code: 0 when all are ready, 1 when one is not.
pub async fn run(layout: &Layout) -> Result<u8> {
    match Found::of(State::read(&layout.state())) {
        Found::Running(state) => show_running(&state).await,
        Found::Left(state) => {
            show_processes(&state).await?;
            say("\nThe last run was killed and left these processes: scripts/down stops them.");
            Ok(LEFT)
        }
        Found::Nothing => {
            say("No system is running (scripts/up starts it).");
            Ok(NOT_RUNNING)
        }
    }
}

/// The system that a state file describes, as it is now.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// devstack is running.
    Running(State),
    /// devstack was killed; the state holds only the processes that still run.
    Left(State),
    Nothing,
}

impl Found {
    fn of(state: Option<State>) -> Self {
        let Some(mut state) = state else {
            return Self::Nothing;
        };
        if state.devstack.is_alive() {
            return Self::Running(state);
        }
        state.processes.retain(Entry::is_alive);
        if state.processes.is_empty() { Self::Nothing } else { Self::Left(state) }
    }
}

async fn show_running(state: &State) -> Result<u8> {
    let phase = match state.phase {
        Phase::Starting => "starting",
        Phase::Ready => "running",
        Phase::Stopping => "stopping",
    };
    say(format_args!("{}  {phase}, broker: {}\n", state.url, state.broker));
    Ok(u8::from(!show_processes(state).await?))
}

/// Prints the table. Returns whether all processes are ready.
async fn show_processes(state: &State) -> Result<bool> {
    let client = ops::client()?;
    let rows = join_all(state.processes.iter().map(|entry| row(&client, entry))).await;
    let all_ready = rows.iter().all(|(ready, _)| *ready);
    let mut table = vec![HEADER.map(str::to_owned)];
    table.extend(rows.into_iter().map(|(_, row)| row));
    print(&table);
    Ok(all_ready)
}

async fn row(client: &Client, entry: &Entry) -> (bool, [String; 7]) {
    let alive = entry.is_alive();
    let pid = entry.identity.as_ref().map(|identity| identity.pid).filter(|_| alive);
    let (ready, answer) = match entry.ports.iter().find(|(name, _)| name == "ops") {
        Some(_) if entry.stopped && !alive => (false, format!("scripts/start {} starts it", entry.product())),
        Some((_, port)) if entry.role == Role::Product => {
            let readiness = ops::readiness(client, *port).await;
            (readiness == ops::Readiness::Ready, readiness.to_string())
        }
        _ => (alive, String::new()),
    };
    let ports: Vec<String> = entry.ports.iter().map(|(name, port)| format!("{name} {port}")).collect();
    let row = [
        entry.name.clone(),
        state_of(entry, alive).to_owned(),
        pid.map_or_else(String::new, |pid| pid.to_string()),
        entry.restarts.to_string(),
        pid.and_then(memory::of_tree).map_or_else(String::new, memory::megabytes),
        ports.join(", "),
        answer,
    ];
    (alive && ready, row)
}

fn state_of(entry: &Entry, alive: bool) -> &'static str {
    match (alive, entry.stopped) {
        (true, _) => "running",
        (false, true) => "stopped on purpose",
        (false, false) => "stopped",
    }
}

fn print(table: &[[String; 7]]) {
    let widths: Vec<usize> =
        (0..7).map(|column| table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()).collect();
    for row in table {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        say(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::identity::Identity;

    fn exited() -> Identity {
        Identity { started: "another boot/1".to_owned(), ..Identity::own() }
    }

    fn entry(name: &str, identity: Identity) -> Entry {
        Entry {
            name: name.to_owned(),
            role: Role::Product,
            identity: Some(identity),
            ports: Vec::new(),
            log: PathBuf::from("x.log"),
            restarts: 0,
            stopped: false,
        }
    }

    #[tokio::test]
    async fn a_product_that_was_stopped_on_purpose_is_told_from_one_that_has_ended() {
        let client = ops::client().unwrap();
        let ended = Entry { ports: vec![("ops".to_owned(), 1)], ..entry("ad-1", exited()) };
        let (ready, row) = super::row(&client, &Entry { stopped: true, ..ended.clone() }).await;
        assert_eq!(
            (ready, row[1].as_str(), row[6].as_str()),
            (false, "stopped on purpose", "scripts/start ad starts it")
        );
        let (ready, row) = super::row(&client, &ended).await;
        assert_eq!((ready, row[1].as_str(), row[6].as_str()), (false, "stopped", "no answer"));
    }

    #[test]
    fn a_killed_run_is_reported_with_the_processes_that_still_run() {
        let processes = vec![entry("login", exited()), entry("ad", Identity::own())];
        let killed = State { devstack: exited(), processes: processes.clone(), ..State::new() };
        let left = State { processes: processes[1..].to_vec(), ..killed.clone() };
        assert_eq!(Found::of(Some(killed.clone())), Found::Left(left));
        let ended = State { processes: processes[..1].to_vec(), ..killed };
        assert_eq!(Found::of(Some(ended)), Found::Nothing);
        assert_eq!(Found::of(None), Found::Nothing);
    }

    #[test]
    fn a_running_system_includes_stopped_processes() {
        let running = State { processes: vec![entry("login", exited())], ..State::new() };
        assert_eq!(Found::of(Some(running.clone())), Found::Running(running));
    }
}

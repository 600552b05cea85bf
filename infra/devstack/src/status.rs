//! `devstack status`: what runs, and how it is.

use anyhow::Result;
use futures::future::join_all;
use reqwest::Client;

use crate::layout::Layout;
use crate::memory;
use crate::ops;
use crate::report::say;
use crate::state::{Entry, Phase, Role, State};

/// Exit code when nothing runs.
pub const NOT_RUNNING: u8 = 3;
const HEADER: [&str; 7] = ["PROCESS", "STATE", "PID", "RESTARTS", "MEMORY", "PORTS", "READY"];

/// Prints one line; for scripts.
pub fn brief(layout: &Layout) -> u8 {
    match running(layout) {
        Some(state) => {
            say(format_args!("It is running already: {}", state.url));
            0
        }
        None => NOT_RUNNING,
    }
}

/// Prints a table; 0 when everything is ready, 1 when something is not.
pub async fn run(layout: &Layout) -> Result<u8> {
    let Some(state) = running(layout) else {
        say("Nothing is running (scripts/up starts everything).");
        return Ok(NOT_RUNNING);
    };
    let phase = match state.phase {
        Phase::Starting => "starting",
        Phase::Ready => "running",
        Phase::Stopping => "stopping",
    };
    say(format_args!("{}  {phase}, broker: {}\n", state.url, state.broker));
    let client = ops::client()?;
    let rows = join_all(state.processes.iter().map(|entry| row(&client, entry))).await;
    let all_ready = rows.iter().all(|(ready, _)| *ready);
    let mut table = vec![HEADER.map(str::to_owned)];
    table.extend(rows.into_iter().map(|(_, row)| row));
    print(&table);
    Ok(u8::from(!all_ready))
}

fn running(layout: &Layout) -> Option<State> {
    State::read(&layout.state()).filter(|state| state.devstack.is_alive())
}

async fn row(client: &Client, entry: &Entry) -> (bool, [String; 7]) {
    let alive = entry.is_alive();
    let pid = entry.identity.as_ref().map(|identity| identity.pid).filter(|_| alive);
    let (ready, says) = match entry.ports.iter().find(|(name, _)| name == "ops") {
        Some((_, port)) if entry.role == Role::Product => {
            let readiness = ops::readiness(client, *port).await;
            (readiness == ops::Readiness::Ready, readiness.to_string())
        }
        _ => (alive, String::new()),
    };
    let ports: Vec<String> = entry.ports.iter().map(|(name, port)| format!("{name} {port}")).collect();
    let row = [
        entry.name.clone(),
        if alive { "running" } else { "stopped" }.to_owned(),
        pid.map_or_else(String::new, |pid| pid.to_string()),
        entry.restarts.to_string(),
        pid.and_then(memory::of_tree).map_or_else(String::new, memory::megabytes),
        ports.join(", "),
        says,
    ];
    (alive && ready, row)
}

fn print(table: &[[String; 7]]) {
    let widths: Vec<usize> =
        (0..7).map(|column| table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()).collect();
    for row in table {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        say(cells.collect::<Vec<_>>().join("  ").trim_end());
    }
}

//! Memory of processes, as proportional set size (PSS) on Linux and resident set size elsewhere.

use std::{collections::BTreeMap, fs, process::Command};

use crate::{
    identity::stat_fields,
    layout::Layout,
    report::say,
    state::{Entry, Role, State},
};

/// Memory of a process and all its descendants, in KiB.
#[must_use]
pub fn of_tree(pid: i32) -> Option<u64> {
    let children = children();
    let mut pids = vec![pid];
    let mut next = 0;
    while let Some(pid) = pids.get(next).copied() {
        pids.extend(children.get(&pid).into_iter().flatten());
        next += 1;
    }
    let sizes: Vec<u64> = pids.into_iter().filter_map(of_process).collect();
    (!sizes.is_empty()).then(|| sizes.iter().sum())
}

/// Prints a Markdown table of the memory of each process; `false` when nothing runs.
pub fn table(layout: &Layout) -> bool {
    let Some(state) = State::read(&layout.state()).filter(|state| state.devstack.is_alive()) else {
        return false;
    };
    say("| part | memory |\n|---|---:|");
    let mut total = 0;
    for (name, size) in sizes(&state) {
        say(format_args!("| {name} | {} |", megabytes(size)));
        total += size;
    }
    say(format_args!("| **together** | **{}** |", megabytes(total)));
    true
}

/// Formats KiB as megabytes.
#[must_use]
pub fn megabytes(kib: u64) -> String {
    format!("{:.0} MB", kib as f64 * 1024.0 / 1e6)
}

fn sizes(state: &State) -> Vec<(String, u64)> {
    let size = |entry: &Entry| of_tree(entry.identity.as_ref()?.pid);
    let mut sizes: Vec<(String, u64)> = state
        .processes
        .iter()
        .filter(|entry| entry.is_alive())
        .filter_map(|entry| Some((label(entry, state), size(entry)?)))
        .collect();
    if let Some(size) = of_process(state.devstack.pid) {
        let broker = if state.processes.iter().any(|entry| entry.role == Role::Broker) { "" } else { " and broker" };
        sizes.push((format!("devstack{broker}"), size));
    }
    sizes
}

fn label(entry: &Entry, state: &State) -> String {
    match entry.role {
        Role::Product => entry.name.clone(),
        Role::Postgres => "PostgreSQL, all its processes".to_owned(),
        Role::Broker => state.broker.clone(),
    }
}

fn of_process(pid: i32) -> Option<u64> {
    of_smaps(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default()).or_else(|| by_ps(pid))
}

fn of_smaps(text: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn by_ps(pid: i32) -> Option<u64> {
    let output = Command::new("ps").args(["-o", "rss=", "-p", &pid.to_string()]).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

fn children() -> BTreeMap<i32, Vec<i32>> {
    let mut children: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    for (pid, parent) in parents_by_proc().or_else(parents_by_ps).unwrap_or_default() {
        children.entry(parent).or_default().push(pid);
    }
    children
}

fn parents_by_proc() -> Option<Vec<(i32, i32)>> {
    let entries = fs::read_dir("/proc").ok()?.flatten();
    let parent = |entry: fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        Some((pid, stat_fields(&stat)?.get(1)?.parse().ok()?))
    };
    Some(entries.filter_map(parent).collect())
}

fn parents_by_ps() -> Option<Vec<(i32, i32)>> {
    let output = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let pair = |line: &str| {
        let (pid, parent) = line.trim().split_once(char::is_whitespace)?;
        Some((pid.parse().ok()?, parent.trim().parse().ok()?))
    };
    Some(text.lines().filter_map(pair).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proportional_set_size_is_read() {
        assert_eq!(of_smaps("Rss:   900 kB\nPss:      456 kB\nPss_Dirty: 1 kB\n"), Some(456));
        assert_eq!(of_smaps(""), None);
    }

    #[test]
    fn memory_of_this_process_is_measured() {
        assert!(of_tree(std::process::id().cast_signed()).unwrap() > 100);
    }
}

//! Identifies a process by its pid and start time, so that another process with a reused pid is never signalled.

use std::{fs, path::Path, process::Command};

use nix::{
    sys::signal::{Signal, kill, killpg},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};

/// The pid and start time of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Process id, which is also the id of the process group.
    pub pid: i32,
    /// Start time in the format of the system; only compared for equality.
    pub started: String,
}

impl Identity {
    /// Identifies the process that has this pid now.
    #[must_use]
    pub fn of(pid: i32) -> Option<Self> {
        let started = if Path::new("/proc/self/stat").exists() { started_by_proc(pid)? } else { started_by_ps(pid)? };
        Some(Self { pid, started })
    }

    /// Identifies this process.
    #[must_use]
    pub fn own() -> Self {
        let pid = std::process::id().cast_signed();
        Self::of(pid).unwrap_or(Self { pid, started: String::new() })
    }

    /// Whether the process still runs.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self)
    }

    /// Sends a signal, if the process still runs.
    pub fn signal(&self, signal: Signal) {
        if self.is_alive() {
            // An error means that the process has exited since the check.
            let _has_exited = kill(Pid::from_raw(self.pid), signal);
        }
    }

    /// Kills the process group, if the process still runs.
    pub fn kill_group(&self) {
        if self.is_alive() {
            let _has_exited = killpg(Pid::from_raw(self.pid), Signal::SIGKILL);
        }
    }
}

/// The fields of `/proc/PID/stat` after the command's name, which may contain spaces and brackets.
pub(crate) fn stat_fields(stat: &str) -> Option<Vec<&str>> {
    let (_, fields) = stat.rsplit_once(')')?;
    Some(fields.split_whitespace().collect())
}

fn started_by_proc(pid: i32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    started_from(&stat, boot.trim())
}

fn started_from(stat: &str, boot: &str) -> Option<String> {
    let fields = stat_fields(stat)?;
    // A zombie has exited, and only waits for its parent to read the status.
    if matches!(fields.first(), Some(&("Z" | "X"))) {
        return None;
    }
    // The start time counts ticks since the boot, so the boot id is part of it.
    Some(format!("{boot}/{}", fields.get(19)?))
}

fn started_by_ps(pid: i32) -> Option<String> {
    let output =
        Command::new("ps").args(["-o", "lstart=,state=", "-p", &pid.to_string()]).env("LC_ALL", "C").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (started, state) = text.trim().rsplit_once(char::is_whitespace)?;
    (!state.starts_with('Z')).then(|| started.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "42 (a (b) c) S 1 42 42 0 -1 4 0 0 0 0 1 2 3 4 20 0 1 0 987654 1 2";

    #[test]
    fn a_command_name_with_brackets_is_skipped() {
        assert_eq!(started_from(STAT, "boot").as_deref(), Some("boot/987654"));
    }

    #[test]
    fn a_zombie_does_not_count_as_running() {
        assert_eq!(started_from(&STAT.replace(") S ", ") Z "), "boot"), None);
    }

    #[test]
    fn this_process_is_alive_and_a_reused_pid_is_not() {
        let own = Identity::own();
        assert!(own.is_alive());
        let earlier = Identity { started: "another boot/1".to_owned(), ..own };
        assert!(!earlier.is_alive());
    }
}

//! Starts, awaits and stops one process.

use std::{
    ffi::OsString,
    fs::{File, OpenOptions},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::{Context, Result};
use nix::sys::signal::Signal;
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::{account::Account, identity::Identity};

/// A program to run, and how to stop it.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Name in messages and in the state file.
    pub name: String,
    pub program: PathBuf,
    pub args: Vec<OsString>,
    /// Variables added to the inherited environment.
    pub env: Vec<(String, String)>,
    /// Account of the process; `None` uses devstack's own.
    pub account: Option<Account>,
    /// File to which its output is appended.
    pub log: PathBuf,
    /// Signal that requests a graceful stop.
    pub stop_signal: Signal,
    /// Time to stop before it is killed.
    pub stop_deadline: Duration,
}

impl Spec {
    /// Starts the program in its own process group, so that Ctrl-C in the terminal reaches only devstack.
    pub fn spawn(&self) -> Result<Running> {
        let log = open_log(&self.log)?;
        let mut command = Command::new(&self.program);
        command
            .args(&self.args)
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .process_group(0);
        if let Some(account) = &self.account {
            command.uid(account.uid).gid(account.gid);
        }
        let child =
            command.spawn().with_context(|| format!("cannot start {} ({})", self.name, self.program.display()))?;
        let pid = child.id().unwrap_or_default().cast_signed();
        Ok(Running {
            identity: Identity::of(pid).unwrap_or(Identity { pid, started: String::new() }),
            child,
            stop_signal: self.stop_signal,
            stop_deadline: self.stop_deadline,
        })
    }

    /// The last lines of its log, for an error message.
    #[must_use]
    pub fn last_lines(&self) -> String {
        last_lines(&self.log, 12)
    }
}

/// A started process.
#[derive(Debug)]
pub struct Running {
    child: Child,
    identity: Identity,
    stop_signal: Signal,
    stop_deadline: Duration,
}

impl Running {
    /// Its pid and start time.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Waits until the process exits.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().await.context("cannot wait for the process")
    }

    /// The exit status, if the process has exited.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Sends the stop signal; kills the process group after the deadline or when `kill` is cancelled.
    pub async fn stop(&mut self, kill: &CancellationToken) {
        self.identity.signal(self.stop_signal);
        let stopped = tokio::select! {
            _ = self.child.wait() => true,
            () = tokio::time::sleep(self.stop_deadline) => false,
            () = kill.cancelled() => false,
        };
        if !stopped {
            self.identity.kill_group();
            let _ended = self.child.wait().await;
        }
    }
}

/// Path of this program, with links resolved.
pub(crate) fn own_program() -> Result<PathBuf> {
    let program = std::env::current_exe().and_then(|program| program.canonicalize());
    program.context("cannot find the path of this program")
}

fn open_log(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("cannot write the log {}", path.display()))
}

/// Renames the previous run's log to `.log.1`.
pub fn rotate_log(path: &Path) -> Result<()> {
    if path.exists() {
        std::fs::rename(path, path.with_extension("log.1"))
            .with_context(|| format!("cannot rename the old log {}", path.display()))?;
    }
    Ok(())
}

/// The last `count` lines of a file, indented.
pub(crate) fn last_lines(path: &Path, count: usize) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| format!("\n    {line}")).collect()
}

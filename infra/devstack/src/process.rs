//! One process of the stack: how it is started, waited for and stopped.

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

/// What to run, and how it wants to be stopped.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Its name in messages and in the state file.
    pub name: String,
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables added to the environment.
    pub env: Vec<(String, String)>,
    /// The account it runs as; this one's when `None`.
    pub account: Option<Account>,
    /// Where its output goes, appended.
    pub log: PathBuf,
    /// The signal that asks it to stop.
    pub stop_signal: Signal,
    /// How long it may take to stop before it is killed.
    pub stop_deadline: Duration,
}

impl Spec {
    /// Starts it in a process group of its own, so that the terminal's Ctrl-C reaches devstack alone.
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
            command.spawn().with_context(|| format!("can't start {} ({})", self.name, self.program.display()))?;
        let pid = child.id().unwrap_or_default().cast_signed();
        Ok(Running {
            identity: Identity::of(pid).unwrap_or(Identity { pid, started: String::new() }),
            child,
            stop_signal: self.stop_signal,
            stop_deadline: self.stop_deadline,
        })
    }

    /// Its last log lines, for a message about its failure.
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
    /// Its pid and start.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Waits until it ends by itself.
    pub async fn wait(&mut self) -> Result<ExitStatus> {
        self.child.wait().await.context("waiting for a process")
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Asks it to stop, and kills it when it takes too long or `kill` is cancelled.
    pub async fn stop(&mut self, kill: &CancellationToken) {
        self.identity.signal(self.stop_signal);
        let asked = tokio::select! {
            _ = self.child.wait() => true,
            () = tokio::time::sleep(self.stop_deadline) => false,
            () = kill.cancelled() => false,
        };
        if !asked {
            self.identity.kill_group();
            let _ended = self.child.wait().await;
        }
    }
}

fn open_log(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("can't write the log {}", path.display()))
}

/// Keeps the previous run's log beside the new one.
pub fn rotate_log(path: &Path) -> Result<()> {
    if path.exists() {
        std::fs::rename(path, path.with_extension("log.1"))
            .with_context(|| format!("can't put the old log {} aside", path.display()))?;
    }
    Ok(())
}

/// The last lines of a file, indented.
pub(crate) fn last_lines(path: &Path, count: usize) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].iter().map(|line| format!("\n    {line}")).collect()
}

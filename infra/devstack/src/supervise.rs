//! Supervises processes: restarts a process that exits unexpectedly, with back-off.

use std::{
    process::ExitStatus,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    process::{Running, Spec},
    report::{note, seconds},
    state::{Entry, Role, StateFile},
};

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// A process that ran this long is restarted after the first wait again.
const WELL_AFTER: Duration = Duration::from_secs(30);

/// Exit code of a product for bad configuration, after which a restart would not help.
pub const BAD_CONFIGURATION: i32 = 64;

/// The crashes of one process.
#[derive(Debug, Clone, Default)]
pub struct Health {
    pub crashes: u32,
    /// Exit status of the last crash.
    pub last: Option<ExitStatus>,
}

/// Supervises the processes of one role.
#[derive(Debug)]
pub struct Supervisor {
    role: Role,
    state: Arc<StateFile>,
    stop: CancellationToken,
    kill: CancellationToken,
    tasks: TaskTracker,
}

impl Supervisor {
    /// Creates a supervisor without processes. Cancelling `kill` cuts a slow stop short.
    #[must_use]
    pub fn new(role: Role, state: Arc<StateFile>, kill: CancellationToken) -> Self {
        Self { role, state, stop: CancellationToken::new(), kill, tasks: TaskTracker::new() }
    }

    /// Starts a process and records it in the state file. The caller may wait for it before [`Self::supervise`].
    pub fn start(&self, spec: &Spec, ports: Vec<(String, u16)>) -> Result<Running> {
        let running = spec.spawn()?;
        self.state.add(Entry {
            name: spec.name.clone(),
            role: self.role,
            identity: Some(running.identity().clone()),
            ports,
            log: spec.log.clone(),
            restarts: 0,
        })?;
        Ok(running)
    }

    /// Restarts a started process whenever it exits.
    pub fn supervise(&self, spec: Spec, running: Running) -> watch::Receiver<Health> {
        let (health, watched) = watch::channel(Health::default());
        let supervised =
            Supervised { spec, state: Arc::clone(&self.state), stop: self.stop.clone(), kill: self.kill.clone() };
        self.tasks.spawn(supervised.run(running, health));
        watched
    }

    /// Whether it supervises a process.
    #[must_use]
    pub fn has_processes(&self) -> bool {
        !self.tasks.is_empty()
    }

    /// Stops all processes and waits until they have exited.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

struct Supervised {
    spec: Spec,
    state: Arc<StateFile>,
    stop: CancellationToken,
    kill: CancellationToken,
}

impl Supervised {
    async fn run(self, mut running: Running, health: watch::Sender<Health>) {
        let mut wait = FIRST_WAIT;
        loop {
            let started = Instant::now();
            let status = tokio::select! {
                status = running.wait() => status,
                () = self.stop.cancelled() => return running.stop(&self.kill).await,
            };
            if started.elapsed() > WELL_AFTER {
                wait = FIRST_WAIT;
            }
            let status = status.ok();
            health.send_modify(|health| {
                health.crashes += 1;
                health.last = status;
            });
            if status.and_then(|status| status.code()) == Some(BAD_CONFIGURATION) {
                return note(format_args!("{} has a bad configuration and is not restarted", self.spec.name));
            }
            self.report_crash(status, wait);
            match self.restart(&mut wait).await {
                Some(restarted) => running = restarted,
                None => return,
            }
        }
    }

    /// Retries until the process starts; `None` when a stop is requested.
    async fn restart(&self, wait: &mut Duration) -> Option<Running> {
        loop {
            tokio::select! {
                () = tokio::time::sleep(*wait) => {}
                () = self.stop.cancelled() => return None,
            }
            *wait = (*wait * 2).min(LONGEST_WAIT);
            let started = self.spec.spawn().and_then(|running| {
                self.state.restarted(&self.spec.name, running.identity())?;
                Ok(running)
            });
            match started {
                Ok(running) => {
                    note(format_args!("{} restarted (pid {})", self.spec.name, running.identity().pid));
                    return Some(running);
                }
                Err(error) => note(format_args!("{error:#}")),
            }
        }
    }

    fn report_crash(&self, status: Option<ExitStatus>, wait: Duration) {
        let how = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        note(format_args!(
            "{} exited ({how}); restarting it in {} (log: {})",
            self.spec.name,
            seconds(wait),
            self.spec.log.display()
        ));
    }
}

//! Keeps processes running: one that dies is started again with back-off, and that is said.

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
/// One that ran this long starts again with the first wait.
const WELL_AFTER: Duration = Duration::from_secs(30);

/// A product's exit code for bad configuration: starting it again would not help.
pub const BAD_CONFIGURATION: i32 = 64;

/// How often a process died, and how.
#[derive(Debug, Clone, Default)]
pub struct Health {
    /// How often it died by itself.
    pub deaths: u32,
    /// How it ended last.
    pub last: Option<ExitStatus>,
}

/// Keeps the processes of one role.
#[derive(Debug)]
pub struct Keeper {
    role: Role,
    state: Arc<StateFile>,
    stop: CancellationToken,
    kill: CancellationToken,
    kept: TaskTracker,
}

impl Keeper {
    /// Nothing yet. Cancelling `kill` ends a stop that takes long.
    #[must_use]
    pub fn new(role: Role, state: Arc<StateFile>, kill: CancellationToken) -> Self {
        Self { role, state, stop: CancellationToken::new(), kill, kept: TaskTracker::new() }
    }

    /// Starts a process and writes it down. It is not kept yet: whoever started it may wait for it first.
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

    /// Keeps a started process running.
    pub fn keep(&self, spec: Spec, running: Running) -> watch::Receiver<Health> {
        let (health, watched) = watch::channel(Health::default());
        let keeping =
            Keeping { spec, state: Arc::clone(&self.state), stop: self.stop.clone(), kill: self.kill.clone() };
        self.kept.spawn(keeping.run(running, health));
        watched
    }

    /// Whether there is anything to stop.
    #[must_use]
    pub fn has_kept(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Stops all of them and waits until they are gone.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.kept.close();
        self.kept.wait().await;
    }
}

struct Keeping {
    spec: Spec,
    state: Arc<StateFile>,
    stop: CancellationToken,
    kill: CancellationToken,
}

impl Keeping {
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
                health.deaths += 1;
                health.last = status;
            });
            if status.and_then(|status| status.code()) == Some(BAD_CONFIGURATION) {
                return note(format_args!("{} refuses its configuration; it is not started again", self.spec.name));
            }
            self.say_died(status, wait);
            match self.start_again(&mut wait).await {
                Some(again) => running = again,
                None => return,
            }
        }
    }

    /// Tries until it starts; `None` when told to stop.
    async fn start_again(&self, wait: &mut Duration) -> Option<Running> {
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
                    note(format_args!("{} runs again (pid {})", self.spec.name, running.identity().pid));
                    return Some(running);
                }
                Err(error) => note(format_args!("{error:#}")),
            }
        }
    }

    fn say_died(&self, status: Option<ExitStatus>, wait: Duration) {
        let how = status.map_or_else(|| "no status".to_owned(), |status| status.to_string());
        note(format_args!(
            "{} stopped by itself ({how}); starting it again in {} (log: {})",
            self.spec.name,
            seconds(wait),
            self.spec.log.display()
        ));
    }
}

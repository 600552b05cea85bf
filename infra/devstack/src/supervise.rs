//! Supervises processes: restarts a process that exits unexpectedly, with back-off. A product that is to be down rests.

use std::{
    process::ExitStatus,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    control::Down,
    process::{Running, Spec},
    report::{note, seconds},
    state::{Entry, Role, StateFile, product_of},
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
    down: watch::Receiver<Down>,
    stop: CancellationToken,
    kill: CancellationToken,
    tasks: TaskTracker,
}

impl Supervisor {
    /// Creates a supervisor without processes. A product in `down` is kept down. Cancelling `kill` cuts a slow stop short.
    #[must_use]
    pub fn new(role: Role, state: Arc<StateFile>, down: watch::Receiver<Down>, kill: CancellationToken) -> Self {
        Self { role, state, down, stop: CancellationToken::new(), kill, tasks: TaskTracker::new() }
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
            stopped: false,
        })?;
        Ok(running)
    }

    /// Restarts a started process whenever it exits.
    pub fn supervise(&self, spec: Spec, running: Running) -> watch::Receiver<Health> {
        let (health, watched) = watch::channel(Health::default());
        let supervised = Supervised {
            spec,
            state: Arc::clone(&self.state),
            down: self.down.clone(),
            stop: self.stop.clone(),
            kill: self.kill.clone(),
            health,
            wait: FIRST_WAIT,
        };
        self.tasks.spawn(supervised.run(running));
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
    down: watch::Receiver<Down>,
    stop: CancellationToken,
    kill: CancellationToken,
    health: watch::Sender<Health>,
    /// Time until the next restart.
    wait: Duration,
}

/// The next step of a supervised process.
enum Next {
    Run(Box<Running>),
    /// It has crashed.
    Restart,
    /// It has ended, and a restart would not help.
    AwaitRequest,
    /// It is to be down.
    Rest,
    End,
}

impl Supervised {
    async fn run(mut self, running: Running) {
        let mut next = Next::Run(running.into());
        loop {
            next = match next {
                Next::Run(running) => self.watch(*running).await,
                Next::Restart => self.restart().await,
                Next::AwaitRequest => self.await_request().await,
                Next::Rest => self.rest().await,
                Next::End => return,
            };
        }
    }

    /// Watches a process until it exits or is to stop.
    async fn watch(&mut self, mut running: Running) -> Next {
        let started = Instant::now();
        let product = product_of(&self.spec.name);
        let status = tokio::select! {
            status = running.wait() => status.ok(),
            () = self.stop.cancelled() => {
                running.stop(&self.kill).await;
                return Next::End;
            }
            () = until(&mut self.down, |down| down.contains(product)) => {
                running.stop(&self.kill).await;
                return Next::Rest;
            }
        };
        if started.elapsed() > WELL_AFTER {
            self.wait = FIRST_WAIT;
        }
        self.health.send_modify(|health| {
            health.crashes += 1;
            health.last = status;
        });
        if status.and_then(|status| status.code()) == Some(BAD_CONFIGURATION) {
            note(format_args!("{} has a bad configuration and is not restarted", self.spec.name));
            return Next::AwaitRequest;
        }
        self.report_crash(status, self.wait);
        Next::Restart
    }

    /// Waits, and starts the process. A request cuts the wait short.
    async fn restart(&mut self) -> Next {
        if self.is_to_be_down() {
            return Next::Rest;
        }
        tokio::select! {
            () = tokio::time::sleep(self.wait) => {}
            () = self.stop.cancelled() => return Next::End,
            () = changed(&mut self.down) => if self.is_to_be_down() { return Next::Rest },
        }
        self.wait = (self.wait * 2).min(LONGEST_WAIT);
        let started = self.spec.spawn().and_then(|running| {
            self.state.restarted(&self.spec.name, running.identity())?;
            Ok(running)
        });
        self.run_or_retry(started, "restarted")
    }

    /// Waits for any request, which may come after the configuration was corrected.
    async fn await_request(&mut self) -> Next {
        if self.is_to_be_down() {
            return Next::Rest;
        }
        tokio::select! {
            () = changed(&mut self.down) => Next::Rest,
            () = self.stop.cancelled() => Next::End,
        }
    }

    /// Records that the process is down, waits until it is to run, and starts it.
    async fn rest(&mut self) -> Next {
        let product = product_of(&self.spec.name);
        if self.down.borrow().contains(product) {
            if let Err(error) = self.state.stopped(&self.spec.name) {
                note(format_args!("{error:#}"));
            }
            note(format_args!("{} stopped on request", self.spec.name));
        }
        tokio::select! {
            () = until(&mut self.down, |down| !down.contains(product)) => {}
            () = self.stop.cancelled() => return Next::End,
        }
        self.wait = FIRST_WAIT;
        let started = self.spec.spawn().and_then(|running| {
            self.state.started(&self.spec.name, running.identity())?;
            Ok(running)
        });
        self.run_or_retry(started, "started on request")
    }

    fn is_to_be_down(&mut self) -> bool {
        self.down.borrow_and_update().contains(product_of(&self.spec.name))
    }

    fn run_or_retry(&self, started: Result<Running>, how: &str) -> Next {
        match started {
            Ok(running) => {
                note(format_args!("{} {how} (pid {})", self.spec.name, running.identity().pid));
                Next::Run(running.into())
            }
            Err(error) => {
                note(format_args!("{error:#}"));
                Next::Restart
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

/// Waits until the products that are down are as wanted.
async fn until(down: &mut watch::Receiver<Down>, is_wanted: impl FnMut(&Down) -> bool) {
    let ended = down.wait_for(is_wanted).await.is_err();
    if ended {
        std::future::pending::<()>().await;
    }
}

/// Waits for the next request.
async fn changed(down: &mut watch::Receiver<Down>) {
    if down.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

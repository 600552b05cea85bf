//! `devstack stop PRODUCT` and `devstack start PRODUCT`: stops and starts one product of the running system.
//!
//! The command writes or removes a file with the name of the product in the folder `stopped`, and sends a signal to the
//! running devstack. devstack reads the folder and changes its processes, and the command watches the state file.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    layout::{Layout, make_folder, remove_folder},
    ops::{self, Readiness},
    process::last_lines,
    report::{say, seconds},
    state::{Entry, Phase, Role, State},
};

/// Longer than a product takes to be stopped by force.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);
const READY_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);
/// Lines of a log in an error message.
const LOG_LINES: usize = 3;

/// Names of the products that are kept down.
pub type Down = BTreeSet<String>;

/// Starts with no product down, and follows the requests of the commands.
pub(crate) fn listen(layout: &Layout) -> Result<watch::Receiver<Down>> {
    let folder = layout.stopped();
    remove_folder(&folder)?;
    let mut requests = signal(SignalKind::user_defined1()).context("cannot listen to signals")?;
    let (sender, receiver) = watch::channel(Down::new());
    tokio::spawn(async move {
        while requests.recv().await.is_some() {
            // Always notifies: a request also starts a product again that has ended by itself.
            sender.send_replace(read(&folder));
        }
    });
    Ok(receiver)
}

fn read(folder: &Path) -> Down {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
}

/// Stops all processes of a product and waits until they have ended.
pub async fn stop(layout: &Layout, product: &str) -> Result<()> {
    let processes = processes(layout, product)?;
    if processes.iter().all(is_stopped) {
        say(format_args!("{product} is already stopped (scripts/start {product} starts it)"));
        return Ok(());
    }
    make_folder(&layout.stopped())?;
    fs::write(file(layout, product), "").context("cannot write the request")?;
    let started = Instant::now();
    request(layout)?;
    while !self::processes(layout, product)?.iter().all(is_stopped) {
        if started.elapsed() > STOPPED_WITHIN {
            bail!("{product} does not stop within {} s: see scripts/status", STOPPED_WITHIN.as_secs());
        }
        tokio::time::sleep(POLL).await;
    }
    say(format_args!("{product} stopped in {} (scripts/start {product} starts it)", seconds(started.elapsed())));
    Ok(())
}

/// Starts a product again and waits until all its processes are ready.
pub async fn start(layout: &Layout, product: &str) -> Result<()> {
    let before = processes(layout, product)?;
    if before.iter().all(|entry| !entry.stopped && entry.is_alive()) {
        say(format_args!("{product} is already running"));
        return Ok(());
    }
    let request_file = file(layout, product);
    if request_file.exists() {
        fs::remove_file(&request_file).context("cannot remove the request")?;
    }
    let started = Instant::now();
    request(layout)?;
    let client = ops::client()?;
    loop {
        let now = processes(layout, product)?;
        let Some((entry, why)) = unready(&client, &now).await else {
            say(format_args!("{product} is ready after {}", seconds(started.elapsed())));
            return Ok(());
        };
        if started.elapsed() > READY_WITHIN || now.iter().zip(&before).any(has_ended_since) {
            bail!("{} does not start: {why}; the end of its log:{}", entry.name, last_lines(&entry.log, LOG_LINES));
        }
        tokio::time::sleep(POLL).await;
    }
}

/// Whether a process was started after `before`, and has ended.
fn has_ended_since((now, before): (&Entry, &Entry)) -> bool {
    now.identity != before.identity && !now.is_alive()
}

/// The first process that is not ready, and why; `None` when all are.
async fn unready<'a>(client: &reqwest::Client, processes: &'a [Entry]) -> Option<(&'a Entry, String)> {
    for entry in processes {
        if entry.stopped || !entry.is_alive() {
            return Some((entry, "it has ended".to_owned()));
        }
        let port = entry.ports.iter().find(|(name, _)| name == "ops").map_or(0, |(_, port)| *port);
        let readiness = ops::readiness(client, port).await;
        if readiness != Readiness::Ready {
            return Some((entry, readiness.to_string()));
        }
    }
    None
}

fn file(layout: &Layout, product: &str) -> PathBuf {
    layout.stopped().join(product)
}

fn is_stopped(entry: &Entry) -> bool {
    entry.stopped && !entry.is_alive()
}

fn request(layout: &Layout) -> Result<()> {
    running(layout)?.devstack.signal(Signal::SIGUSR1);
    Ok(())
}

/// The processes of a product of the running system.
fn processes(layout: &Layout, product: &str) -> Result<Vec<Entry>> {
    let state = running(layout)?;
    let (own, other): (Vec<Entry>, Vec<Entry>) = state
        .processes
        .into_iter()
        .filter(|entry| entry.role == Role::Product)
        .partition(|entry| entry.product() == product);
    if own.is_empty() {
        let names: BTreeSet<&str> = other.iter().map(Entry::product).collect();
        let names = names.into_iter().collect::<Vec<_>>().join(", ");
        bail!("{product} is no product of the running system: choose one of {names}");
    }
    Ok(own)
}

fn running(layout: &Layout) -> Result<State> {
    let state = State::read(&layout.state()).filter(|state| state.devstack.is_alive());
    let state = state.context("no system is running: start it with scripts/up")?;
    match state.phase {
        Phase::Ready => Ok(state),
        Phase::Starting => bail!("the system is still starting: wait for it (scripts/status)"),
        Phase::Stopping => bail!("the system is stopping: start it again with scripts/up"),
    }
}

//! `devstack up`: everything, in order, and kept up until Ctrl-C.

mod banner;
mod broker;
mod databases;
mod detach;
mod plan;
mod prepare;
mod products;
mod stack;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

pub use banner::print as print_banner;

use crate::broker::Kind;
use crate::layout::Layout;
use crate::lock::Lock;
use crate::report::{note, say};
use crate::state::State;
use crate::stores;

/// What can be chosen.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Begin without the data of earlier runs.
    pub fresh: bool,
    /// Return when ready, and go on in the background.
    pub detach: bool,
    /// Only fetch what will be needed.
    pub prepare: bool,
    /// Which broker; what fits when `None`.
    pub broker: Option<Kind>,
    /// How many processes each product has.
    pub replicas: u16,
    /// The name in public addresses.
    pub host: Option<String>,
    /// Added to every port.
    pub port_offset: u16,
    /// Postgres's port.
    pub postgres_port: u16,
    /// Kafka's port; its controller has the next one.
    pub kafka_port: u16,
    /// Seconds since the epoch at which the command was given, if somebody noted it.
    pub began: Option<f64>,
}

/// Runs everything in the repository at `root`.
pub async fn run(layout: &Layout, root: &Path, options: Options) -> Result<u8> {
    let Some(lock) = Lock::take(layout)? else {
        return already_running(layout, &options);
    };
    clean_up(layout).await?;
    if options.prepare {
        prepare::run(layout, options.broker).await?;
        return Ok(0);
    }
    if options.fresh && !detach::in_background() {
        layout.clear()?;
    }
    if options.detach && !detach::in_background() {
        // The one in the background takes it next.
        drop(lock);
        return detach::run(layout).await;
    }
    if detach::in_background() {
        detach::leave_session()?;
    }
    remember_program(layout)?;
    let plan = plan::Plan::make(layout.clone(), root, options).await?;
    stack::Stack::new(plan)?.run().await
}

/// Ends what a devstack that was killed has left.
pub async fn clean_up(layout: &Layout) -> Result<()> {
    stores::clean_up(layout).await?;
    let Some(state) = State::read(&layout.state()) else {
        return Ok(());
    };
    let ended = state.end_leftovers().await;
    if !ended.is_empty() {
        note(format_args!("the last run was killed; what it left was stopped: {}", ended.join(", ")));
    }
    Ok(std::fs::remove_file(layout.state())?)
}

/// The scripts call this program again by a link in the data folder, wherever it was built.
fn remember_program(layout: &Layout) -> Result<()> {
    let link = layout.program();
    match std::fs::remove_file(&link) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    Ok(std::os::unix::fs::symlink(own_program()?, link)?)
}

/// This program, and not a link to it.
fn own_program() -> Result<PathBuf> {
    let program = std::env::current_exe().and_then(|program| program.canonicalize());
    program.context("looking for this program")
}

fn already_running(layout: &Layout, options: &Options) -> Result<u8> {
    let url = State::read(&layout.state()).map(|state| state.url).unwrap_or_default();
    if options.fresh || options.prepare {
        bail!("it is running: stop it first (scripts/down)");
    }
    say(format_args!("It is running already: {url}  (scripts/status shows more, scripts/down stops it)"));
    Ok(0)
}

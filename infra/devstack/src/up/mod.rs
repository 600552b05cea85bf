//! `devstack up`: everything, in order, and kept up until Ctrl-C.

mod banner;
mod broker;
mod databases;
mod detach;
mod options;
mod plan;
mod prepare;
mod products;
mod stack;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

pub use banner::print as print_banner;
pub use options::{Chosen, Options};

use crate::{
    layout::Layout,
    lock::Lock,
    report::{note, say},
    state::State,
    stores,
};

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
pub(crate) fn own_program() -> Result<PathBuf> {
    let program = std::env::current_exe().and_then(|program| program.canonicalize());
    program.context("looking for this program")
}

/// Changes nothing: what is asked for must be what runs.
fn already_running(layout: &Layout, options: &Options) -> Result<u8> {
    if options.fresh || options.prepare {
        bail!("it is running: stop it first (scripts/down)");
    }
    let Some(state) = State::read(&layout.state()).filter(|state| state.devstack.is_alive()) else {
        bail!("another scripts/up has just begun here: wait for it (scripts/status), or stop it (scripts/down)");
    };
    let differences = state.chosen.map(|chosen| chosen.differences(options)).unwrap_or_default();
    if !differences.is_empty() {
        bail!("it is running with other options ({}): stop it first (scripts/down)", differences.join("; "));
    }
    say(format_args!("It is running already: {}  (scripts/status shows more, scripts/down stops it)", state.url));
    Ok(0)
}

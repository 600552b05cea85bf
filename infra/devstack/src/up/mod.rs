//! `devstack up`: starts Postgres, the broker, the products and the demo data, and keeps them running until Ctrl-C.

mod banner;
mod broker;
mod databases;
mod detach;
mod given;
mod options;
mod plan;
mod prepare;
mod products;
mod stack;

use std::path::Path;

use anyhow::{Result, bail};

pub use options::Options;

use crate::{
    layout::Layout,
    lock::Lock,
    process::own_program,
    report::{note, say},
    state::State,
    stores,
};

/// Runs the products of the repository at `root`. Returns the exit code.
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
        // The background process takes the lock next.
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

/// Stops the processes that a killed run has left.
pub async fn clean_up(layout: &Layout) -> Result<()> {
    stores::clean_up(layout).await?;
    let Some(state) = State::read(&layout.state()) else {
        return Ok(());
    };
    let ended = state.end_leftovers().await;
    if !ended.is_empty() {
        note(format_args!("the last run was killed; stopped its leftover processes: {}", ended.join(", ")));
    }
    Ok(std::fs::remove_file(layout.state())?)
}

/// Links this program into the data folder, so that `scripts/devstack` finds it in any target folder.
fn remember_program(layout: &Layout) -> Result<()> {
    let link = layout.program();
    match std::fs::remove_file(&link) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    Ok(std::os::unix::fs::symlink(own_program()?, link)?)
}

/// Handles an `up` while a system is already running: succeeds only if the given options are those of the running
/// system.
fn already_running(layout: &Layout, options: &Options) -> Result<u8> {
    if options.fresh || options.prepare {
        bail!("the system is already running: stop it first (scripts/down)");
    }
    let Some(state) = State::read(&layout.state()).filter(|state| state.devstack.is_alive()) else {
        bail!(
            "another scripts/up is starting in this data folder: wait for it (scripts/status), or stop it (scripts/down)"
        );
    };
    let differences = state.chosen.as_ref().map(|chosen| options.differences(chosen)).unwrap_or_default();
    if !differences.is_empty() {
        bail!(
            "the system is already running with other options ({}): stop it first (scripts/down)",
            differences.join("; ")
        );
    }
    say(format_args!("Already running: {}  (scripts/status shows more, scripts/down stops it)", state.url));
    for product in state.stopped_products() {
        say(format_args!("{product} is stopped on purpose (scripts/start {product} starts it)"));
    }
    Ok(0)
}

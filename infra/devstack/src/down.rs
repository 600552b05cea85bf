//! `devstack down`: stops the running system, and the leftovers of a killed one.

use std::time::{Duration, Instant};

use anyhow::Result;
use nix::sys::signal::Signal;

use crate::{
    layout::Layout,
    report::{note, say, seconds},
    state::State,
    up,
};

const STOPPED_WITHIN: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(50);

pub async fn run(layout: &Layout) -> Result<()> {
    let started = Instant::now();
    let state = State::read(&layout.state());
    let Some(state) = state else {
        up::clean_up(layout).await?;
        say("No system is running.");
        return Ok(());
    };
    state.devstack.signal(Signal::SIGTERM);
    while state.devstack.is_alive() && started.elapsed() < STOPPED_WITHIN {
        tokio::time::sleep(POLL).await;
    }
    if state.devstack.is_alive() {
        note("devstack does not stop: killing it");
        state.devstack.signal(Signal::SIGKILL);
        while state.devstack.is_alive() {
            tokio::time::sleep(POLL).await;
        }
    }
    up::clean_up(layout).await?;
    say(format_args!(
        "Stopped in {}. The data is still stored (scripts/up --fresh deletes it).",
        seconds(started.elapsed())
    ));
    Ok(())
}

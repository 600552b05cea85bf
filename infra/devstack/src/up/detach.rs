//! `up --detach`: runs `up` in the background, shows its progress, and returns once everything is ready.

use std::{
    fs::File,
    io::{Read, Write},
    path::Path,
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::process::{Child, Command};

use crate::{
    layout::Layout,
    process::rotate_log,
    signals::Signals,
    state::{Phase, State},
};

/// Variable that marks the background process.
const BACKGROUND: &str = "DEVSTACK_BACKGROUND";
const POLL: Duration = Duration::from_millis(30);

/// Starts this program in the background and shows its output until it is ready or has exited.
pub(super) async fn run(layout: &Layout) -> Result<u8> {
    let log = layout.log("devstack");
    rotate_log(&log)?;
    let output = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
    let child = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(BACKGROUND, "1")
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .spawn()
        .context("cannot start the background process")?;
    follow(layout, &log, child).await
}

/// Leaves the terminal's session, so that closing the terminal does not stop the system.
pub(super) fn leave_session() -> Result<()> {
    nix::unistd::setsid().context("cannot leave the terminal's session")?;
    Ok(())
}

async fn follow(layout: &Layout, log: &Path, mut child: Child) -> Result<u8> {
    let signals = Signals::listen()?;
    let mut file = File::open(log)?;
    let mut passed_on = false;
    loop {
        let ready = is_ready(layout, &child);
        let ended = child.try_wait()?;
        show(&mut file)?;
        if let Some(status) = ended {
            return Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1));
        }
        if ready {
            return Ok(0);
        }
        if signals.stop.is_cancelled() && !passed_on {
            passed_on = true;
            let pid = child.id().context("the background process has exited")?;
            kill(Pid::from_raw(pid.cast_signed()), Signal::SIGTERM)?;
        }
        tokio::time::sleep(POLL).await;
    }
}

fn is_ready(layout: &Layout, child: &Child) -> bool {
    State::read(&layout.state()).is_some_and(|state| {
        state.phase == Phase::Ready && child.id().is_some_and(|pid| state.devstack.pid == pid.cast_signed())
    })
}

fn show(file: &mut File) -> Result<()> {
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    let mut terminal = std::io::stdout();
    terminal.write_all(&text)?;
    Ok(terminal.flush()?)
}

/// Whether this is the background process.
pub(super) fn in_background() -> bool {
    std::env::var_os(BACKGROUND).is_some()
}

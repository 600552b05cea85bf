//! Runs a command in the foreground, as if the caller had started it directly.

use std::{ffi::OsString, os::unix::process::ExitStatusExt, process::ExitStatus};

use anyhow::{Context, Result};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tokio::{
    process::{Child, Command},
    signal::unix::{SignalKind, signal},
};

/// Builds a command from a program and its arguments.
pub(crate) fn of(words: &[OsString]) -> Result<Command> {
    let (program, args) = words.split_first().context("no command was given after --")?;
    let mut command = Command::new(program);
    command.args(args);
    Ok(command)
}

/// Runs the command to its end. Returns its exit code, or 128 + the signal that ended it.
pub(crate) async fn run(mut command: Command) -> Result<u8> {
    let child = command.spawn();
    let child = child.with_context(|| format!("cannot run {}", command.as_std().get_program().display()))?;
    wait(child).await.map(exit_code)
}

/// Waits for the command. Ctrl-C in the terminal reaches the command directly; a SIGTERM is forwarded to it.
async fn wait(mut child: Child) -> Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(status?),
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {
                if let Some(pid) = child.id() {
                    kill(Pid::from_raw(pid.cast_signed()), Signal::SIGTERM)?;
                }
            }
        }
    }
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

use std::process::Stdio;

use tokio::{io::AsyncWriteExt, process::Command};

/// Runs `command` with `input` on standard input, and returns its standard output.
///
/// # Errors
/// Standard error and output if the command fails, or why it could not be started.
pub async fn run_command(command: &mut Command, input: &str) -> Result<String, String> {
    let program = command.as_std().get_program().display().to_string();
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut stdin = process.stdin.take().ok_or("no standard input")?;
    let written = async move {
        // A command that does not read its input closes the pipe early.
        let _closed = stdin.write_all(input.as_bytes()).await;
    };
    let (output, ()) = tokio::join!(process.wait_with_output(), written);
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(text) } else { Err(format!("{}{text}", String::from_utf8_lossy(&output.stderr))) }
}

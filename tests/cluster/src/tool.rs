//! Programs that a test needs.

use std::process::Stdio;

use tokio::{io::AsyncWriteExt, process::Command};

/// Whether all of `programs` are installed. When one isn't, says loudly that `test` was skipped; the caller returns.
pub fn are_there(test: &str, programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |program: &&&str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let missing: Vec<_> = programs.iter().filter(|program| !found(program)).collect();
    if !missing.is_empty() {
        skipped(test, &format!("not installed: {missing:?}"));
    }
    missing.is_empty()
}

/// Says loudly that something was skipped, and why.
pub fn skipped(what: &str, why: &str) {
    eprintln!("SKIPPED {what}: {why}");
}

/// What `program` prints, with `input` to read.
///
/// # Errors
/// All that it says when it fails.
pub async fn run(program: &str, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut process = Command::new(program)
        .args(arguments)
        .current_dir(architecture::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("{program}: {error}"))?;
    let mut stdin = process.stdin.take().ok_or("no standard input")?;
    let written = async move {
        // A program that reads nothing closes its end first.
        let _closed = stdin.write_all(input.as_bytes()).await;
    };
    let (output, ()) = tokio::join!(process.wait_with_output(), written);
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(said) } else { Err(format!("{}{said}", String::from_utf8_lossy(&output.stderr))) }
}

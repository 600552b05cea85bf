//! Programs that a test runs.

use tokio::process::Command;

/// Whether all `programs` are installed. If one is missing, prints that `test` is skipped; the test then returns.
pub fn all_installed(test: &str, programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = |program: &&&str| std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    let missing: Vec<_> = programs.iter().filter(|program| !found(program)).collect();
    if !missing.is_empty() {
        print_skipped(test, &format!("not installed: {missing:?}"));
    }
    missing.is_empty()
}

/// Prints that something is skipped, and why.
pub fn print_skipped(what: &str, why: &str) {
    eprintln!("SKIPPED {what}: {why}");
}

/// Runs `program` in the repository, with `input` on standard input, and returns its standard output.
///
/// # Errors
/// The program's output if it fails.
pub async fn run(program: &str, arguments: &[&str], input: &str) -> Result<String, String> {
    support::run_command(Command::new(program).args(arguments).current_dir(architecture::root()), input).await
}

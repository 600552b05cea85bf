//! The report of a run: a table for people, `target/ci.json` for programs.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::parts::Parts;

/// The result of one part of a run.
#[derive(Debug, Serialize)]
struct Outcome {
    part: String,
    /// `passed`, `skipped` or `FAILED`.
    result: String,
    seconds: u64,
    /// CPU time of the part and its children.
    cpu_seconds: u64,
    /// Seconds from the start of the run to the start of the part.
    started: u64,
    /// The part that it waited for last.
    waited_for: String,
    note: String,
    /// The budget, if the part has exceeded it.
    over_budget: Option<String>,
}

/// Prints the table, and writes `ci.json` next to the folder. Fails when a part has failed.
pub(crate) fn publish(folder: &Path, names: &[&str]) -> Result<ExitCode> {
    let parts = Parts::read()?;
    let outcomes = names.iter().map(|name| read(folder, name, &parts)).collect::<Result<Vec<_>>>()?;
    print!("{}", table(&outcomes));
    let json = folder.with_file_name("ci.json");
    fs::write(&json, serde_json::to_string_pretty(&outcomes)? + "\n")
        .with_context(|| format!("cannot write {}", json.display()))?;
    let count = |result: &str| outcomes.iter().filter(|it| it.result == result).count();
    println!("\n{} passed, {} failed, {} skipped", count("passed"), count("FAILED"), count("skipped"));
    Ok(if count("FAILED") == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the result of a part, written by `scripts/test.d/run.sh`. A part without a result has failed.
fn read(folder: &Path, name: &str, parts: &Parts) -> Result<Outcome> {
    let text = fs::read_to_string(folder.join(format!("{name}.result"))).unwrap_or_default();
    let mut lines = text.lines();
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let result = match line() {
        none if none.is_empty() => "FAILED".to_owned(),
        result => result,
    };
    let number = |text: String| if text.is_empty() { Ok(0) } else { text.parse().context("not a number of seconds") };
    let (seconds, cpu_seconds, started) = (number(line())?, number(line())?, number(line())?);
    let (waited_for, note) = (line(), line());
    let budget = parts.get(name).filter(|it| seconds > it.seconds || cpu_seconds > it.cpu_seconds);
    let over_budget = budget.map(|it| format!("over its budget of {} s, {} CPU-s", it.seconds, it.cpu_seconds));
    Ok(Outcome { part: name.to_owned(), result, seconds, cpu_seconds, started, waited_for, note, over_budget })
}

fn table(outcomes: &[Outcome]) -> String {
    let mut text =
        format!("\n{:<10} {:<8} {:>6} {:>6} {:>7}  {:<12}\n", "part", "result", "time", "CPU", "start", "waited for");
    for it in outcomes {
        let notes: Vec<&str> = [Some(it.note.as_str()), it.over_budget.as_deref()]
            .into_iter()
            .flatten()
            .filter(|note| !note.is_empty())
            .collect();
        let line = format!(
            "{:<10} {:<8} {:>4} s {:>4} s {:>5} s  {:<12} {}",
            it.part,
            it.result,
            it.seconds,
            it.cpu_seconds,
            it.started,
            it.waited_for,
            notes.join("; ")
        );
        text += line.trim_end();
        text.push('\n');
    }
    let end = outcomes.iter().map(|it| it.started + it.seconds).max().unwrap_or_default();
    let cpu: u64 = outcomes.iter().map(|it| it.cpu_seconds).sum();
    text + &format!("{:<10} {:<8} {end:>4} s {cpu:>4} s\n", "together", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_over_its_budget_is_reported() {
        let folder = std::env::temp_dir().join(format!("checks-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("format.result"), "passed\n5000\n1\n3\nbuild\n\n").expect("a file");
        let parts: Parts = toml::from_str("[format]\nseconds = 10\ncpu_seconds = 10").expect("a table");
        let (format, lost) = (read(&folder, "format", &parts), read(&folder, "lost", &parts));
        fs::remove_dir_all(&folder).expect("removed");
        let (format, lost) = (format.expect("a result"), lost.expect("none"));
        assert!(table(&[format]).contains("over its budget of 10 s, 10 CPU-s"));
        assert_eq!(lost.result, "FAILED");
    }
}

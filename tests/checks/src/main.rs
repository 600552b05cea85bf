//! Selects the parts of `scripts/test` that a change can affect, and reports a run.
//!
//! `checks changed` prints a line `part NAME` or `crate NAME` for each part and crate that must be tested.
//! `checks report FOLDER PART…` prints the table of a run and writes `target/ci.json`.

use std::{path::Path, process::ExitCode};

use anyhow::{Result, bail};

mod affected;
mod parts;
mod report;
mod workspace;

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["changed"] => affected::print().map(|()| ExitCode::SUCCESS),
        ["report", folder, ref names @ ..] => report::publish(Path::new(folder), names),
        _ => bail!("usage: checks changed | checks report FOLDER PART…"),
    }
}

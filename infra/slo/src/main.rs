//! The command line of [`slo`]. `scripts/slo-rules --help` describes it.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use slo::{pace::Pace, rules_of};

/// Generate `services/PRODUCT/chart/files/rules.yaml` from `services/PRODUCT/ops/slo.yaml` and `alerts.yaml`
#[derive(Debug, Parser)]
struct Arguments {
    /// The product
    product: String,
    /// Write nothing, and fail if the file is out of date
    #[arg(long)]
    check: bool,
    /// Print rules with durations divided by this factor, for a test that must not take days. Thresholds do not change
    #[arg(long, conflicts_with = "check")]
    faster: Option<u32>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("slo-rules: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../services").join(&arguments.product);
    if let Some(factor) = arguments.faster {
        print!("{}", rules_of(&folder, Pace::faster(factor)?)?);
        return Ok(ExitCode::SUCCESS);
    }
    let (generated, file) = (rules_of(&folder, Pace::REAL)?, folder.join("chart/files/rules.yaml"));
    if !arguments.check {
        fs::write(&file, generated).with_context(|| format!("{}", file.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if fs::read_to_string(&file).unwrap_or_default() == generated {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} is out of date: run scripts/slo-rules {}", file.display(), arguments.product);
    Ok(ExitCode::FAILURE)
}

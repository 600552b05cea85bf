//! Makes a product's Prometheus rules. `scripts/slo-rules --help` has the words.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result};
use clap::Parser;
use slo::{pace::Pace, rules_of};

/// Make `services/PRODUCT/chart/files/rules.yaml` from `services/PRODUCT/ops/slo.yaml` and `alerts.yaml`
#[derive(Debug, Parser)]
struct Arguments {
    /// The product
    product: String,
    /// Write nothing; say whether the file is what its sources make
    #[arg(long)]
    check: bool,
    /// Print rules whose durations are so many times shorter, for a run that shall not take days. Thresholds stay
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
    let (made, file) = (rules_of(&folder, Pace::REAL)?, folder.join("chart/files/rules.yaml"));
    if !arguments.check {
        fs::write(&file, made).with_context(|| format!("{}", file.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    if fs::read_to_string(&file).unwrap_or_default() == made {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} is not what ops/ makes: run scripts/slo-rules {}", file.display(), arguments.product);
    Ok(ExitCode::FAILURE)
}

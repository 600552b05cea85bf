//! A product's process: telemetry around what it does, and one exit code for how it went.

use std::process::ExitCode;

use crate::{config, telemetry};

/// Why a process ends before its time. Said once, at the end of the log.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Runs `work` with telemetry started before it and flushed behind it, whatever becomes of it.
pub async fn run(
    product: &'static str,
    telemetry: config::Telemetry,
    work: impl Future<Output = Result<(), Error>>,
) -> ExitCode {
    let guard = match telemetry::start(product, &telemetry) {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("{product}: telemetry can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = match work.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(error.as_ref()), "stopped");
            ExitCode::FAILURE
        }
    };
    guard.flush();
    code
}

/// An error with all its causes, in one line.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut parts: Vec<String> = causes.map(ToString::to_string).collect();
    parts.dedup_by(|inner, outer| outer.contains(inner.as_str()));
    parts.join(": ")
}

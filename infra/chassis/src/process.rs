//! The process of a product: starts telemetry, runs the work, and returns the exit code.

use std::process::ExitCode;

use crate::{
    config,
    error::{Error, chain},
    telemetry,
};

/// Runs `work` between the start and the flush of telemetry.
///
/// An error of `work` is logged once with its causes. The exit code is 0 on success and 1 otherwise.
pub async fn run(
    product: &'static str,
    telemetry: config::Telemetry,
    work: impl Future<Output = Result<(), Error>>,
) -> ExitCode {
    let guard = match telemetry::start(product, &telemetry) {
        Ok(guard) => guard,
        Err(error) => {
            eprintln!("{product}: cannot start telemetry: {error}");
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

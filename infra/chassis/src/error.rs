//! The error of code that runs a process: start-up, workers, commands.
//!
//! A request fails with a [`Problem`](crate::problem::Problem) instead.

/// Any error. `main` logs it once with its causes and ends the process with exit code 1.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Formats an error and all its causes as one line: `outer: inner: innermost`.
///
/// A cause whose text the outer error already contains is left out.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut parts: Vec<String> = causes.map(ToString::to_string).collect();
    parts.dedup_by(|inner, outer| outer.contains(inner.as_str()));
    parts.join(": ")
}

//! Progress output: numbered steps with their durations.

use std::{
    fmt::Display,
    io::{self, Write},
    time::{Duration, Instant},
};

/// Number of steps; `scripts/up` does the first two, prerequisites and build.
const STEPS: u8 = 5;

/// Prints one line. Errors are ignored, so that the system continues when the reader of the output has exited.
pub fn say(line: impl Display) {
    let _reader_is_gone = try_say(line);
}

/// Prints one line.
pub fn try_say(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// Prints the heading of a step.
pub fn step(number: u8, what: &str) {
    say(format_args!("[{number}/{STEPS}] {what}"));
}

/// Prints a finished part of a step with its duration.
pub fn done(what: impl Display, started: Instant) {
    say(format_args!("      {:<56} {:>6}", what.to_string(), seconds(started.elapsed())));
}

/// Prints a remark on the current step.
pub fn note(what: impl Display) {
    say(format_args!("      {what}"));
}

/// Formats a duration in seconds.
#[must_use]
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f32())
}

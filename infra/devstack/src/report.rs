//! What devstack says while it works: calm numbered steps with their times.

use std::{
    fmt::Display,
    io::{self, Write},
    time::{Duration, Instant},
};

/// `scripts/up` does the first two steps, prerequisites and build.
const STEPS: u8 = 5;

/// Says one line. What runs goes on when nobody listens any more.
pub fn say(line: impl Display) {
    let _nobody_listens = try_say(line);
}

/// Says one line, or that nobody listens any more.
pub fn try_say(line: impl Display) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{line}")
}

/// Begins a step.
pub fn step(number: u8, what: &str) {
    say(format_args!("[{number}/{STEPS}] {what}"));
}

/// Says that a part of a step is done, and how long it took.
pub fn done(what: impl Display, started: Instant) {
    say(format_args!("      {:<56} {:>6}", what.to_string(), seconds(started.elapsed())));
}

/// Says something about a step.
pub fn note(what: impl Display) {
    say(format_args!("      {what}"));
}

/// A time as people read it.
#[must_use]
pub fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f32())
}

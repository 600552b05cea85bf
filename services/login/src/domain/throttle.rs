//! Bounds how often passwords can be tried, whether or not anyone has the address: for one account, and from one place.
//!
//! An account is bounded after OWASP's device cookies: a device that its person signed in on before has tries of its own,
//! and all strangers share the rest. So whoever tries somebody else's password uses up what strangers have, and the
//! person still gets in on their own devices, by a passkey or by a reset of the password; and strangers may try again
//! when the window has moved on. A place, such as an office, has many people behind it: there only what failed counts,
//! and known devices count for nothing.

use std::time;

use chrono::{DateTime, Duration, Utc};

/// Tries for one account within [`WINDOW`] after which the next is refused: on one known device, or of all strangers.
pub const MAX_TRIES_PER_ACCOUNT: usize = 10;

/// Failures from one place within [`WINDOW`], whatever the account, after which the next try is refused.
pub const MAX_FAILURES_PER_NETWORK: usize = 60;

/// Tries from one place that may wait for their judgement at the same time.
pub const MAX_PENDING_PER_NETWORK: usize = 300;

/// The time that is looked back.
pub const WINDOW: Duration = Duration::minutes(15);

/// A try is judged long before this. One that was not, because its process died, counts as failed.
pub const CHECK_TIMEOUT: Duration = Duration::minutes(1);

/// A try from one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// When it came.
    pub at: DateTime<Utc>,
    /// Whether it was found wrong. What was right is not kept.
    pub failed: bool,
}

/// Why the next try is not judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There were too many; the next is judged after this time, in whole seconds.
    TooMany(time::Duration),
    /// Too many from that place wait at this moment.
    AtOnce,
}

/// Whether the next try may be judged. `account` are the tries for it on that device, or of strangers; `place` are those
/// from there, empty for a known device. Both within the window, oldest first.
///
/// # Errors
/// Why it may not.
pub fn admit(account: &[DateTime<Utc>], network: &[Attempt], now: DateTime<Utc>) -> Result<(), Refusal> {
    let is_waiting = |each: &&Attempt| !each.failed && now - each.at < CHECK_TIMEOUT;
    let waiting = network.iter().filter(is_waiting).count();
    let failed: Vec<_> = network.iter().filter(|each| !is_waiting(each)).map(|each| each.at).collect();
    match wait(account, MAX_TRIES_PER_ACCOUNT, now).max(wait(&failed, MAX_FAILURES_PER_NETWORK, now)) {
        Some(wait) => Err(Refusal::TooMany(wait)),
        None if waiting >= MAX_PENDING_PER_NETWORK => Err(Refusal::AtOnce),
        None => Ok(()),
    }
}

/// The time until so many of `tries` have left the window that another has room among `most`.
fn wait(tries: &[DateTime<Utc>], most: usize, now: DateTime<Utc>) -> Option<time::Duration> {
    let excess = tries.len().checked_sub(most)?;
    Some(until(tries[excess] + WINDOW, now))
}

/// The time until then, as `Retry-After` tells it: in whole seconds, and never none.
pub fn until(then: DateTime<Utc>, now: DateTime<Utc>) -> time::Duration {
    let left = (then - now).to_std().unwrap_or_default();
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    time::Duration::from_secs(seconds.max(1))
}

/// Whose tries count together.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// The account that is tried.
    pub email_hash: [u8; 32],
    /// Mark of the known device.
    pub device_mark: Option<Vec<u8>>,
    /// Mark of the place; none for a known device.
    pub source_mark: Option<Vec<u8>>,
}

#[cfg(test)]
mod tests;

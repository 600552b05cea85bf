//! Limits the sign-in attempts for one account and from one network, also for an unknown account.
//!
//! The limit of an account follows OWASP's device cookies. A known device of the person has its own attempts; all
//! unknown devices share the rest. An attacker therefore uses up only the shared attempts. The person can still sign in
//! on a known device, by passkey, or after a password reset.
//!
//! Many people can share one network, such as an office. Only failures count against a network, and attempts from known
//! devices do not count.

use std::time;

use chrono::{DateTime, Duration, Utc};

/// Attempts for one account within [`WINDOW`]: for each known device, and for all unknown devices together.
pub const MAX_TRIES_PER_ACCOUNT: usize = 10;

/// Failures from one network within [`WINDOW`], for any accounts.
pub const MAX_FAILURES_PER_NETWORK: usize = 60;

/// Attempts from one network whose result is still unknown.
pub const MAX_PENDING_PER_NETWORK: usize = 300;

/// The period in which attempts are counted.
pub const WINDOW: Duration = Duration::minutes(15);

/// Time after which an attempt without a result counts as failed, for example because its process died.
pub const CHECK_TIMEOUT: Duration = Duration::minutes(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub at: DateTime<Utc>,
    /// Successful attempts are not stored.
    pub failed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Time until the next attempt is allowed, in whole seconds.
    TooMany(time::Duration),
    /// Too many attempts from the network have no result yet.
    AtOnce,
}

/// Checks whether the next attempt is allowed.
///
/// `account` holds the attempts of the known device, or of all unknown devices. `network` holds those from the network,
/// and is empty for a known device. Both lie within the window, oldest first.
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

/// The time until enough `attempts` have left the window to allow one more of `max`.
fn wait(attempts: &[DateTime<Utc>], max: usize, now: DateTime<Utc>) -> Option<time::Duration> {
    let excess = attempts.len().checked_sub(max)?;
    Some(retry_after(attempts[excess] + WINDOW, now))
}

/// The time from `now` to `then` for `Retry-After`: whole seconds, at least one.
pub fn retry_after(then: DateTime<Utc>, now: DateTime<Utc>) -> time::Duration {
    let left = (then - now).to_std().unwrap_or_default();
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    time::Duration::from_secs(seconds.max(1))
}

/// The attempts that count together.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub email_hash: [u8; 32],
    /// Keyed hash of the known device.
    pub device_hash: Option<Vec<u8>>,
    /// Keyed hash of the network; `None` for a known device.
    pub network_hash: Option<Vec<u8>>,
}

#[cfg(test)]
mod tests;

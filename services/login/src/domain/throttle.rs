//! Bounds how often passwords can be tried for one address, whether or not anyone has it.

use std::time;

use chrono::{DateTime, Duration, Utc};

/// Tries within [`WINDOW`] after which the next is refused.
pub const MOST: usize = 10;

/// The time that is looked back.
pub const WINDOW: Duration = Duration::minutes(15);

/// How long to wait before the next try, when there were too many. `tries` are those within the window, oldest first.
pub fn wait(tries: &[DateTime<Utc>], now: DateTime<Utc>) -> Option<time::Duration> {
    let excess = tries.len().checked_sub(MOST)?;
    let opens = tries[excess] + WINDOW;
    Some((opens - now).to_std().unwrap_or_default().max(time::Duration::from_secs(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_eleventh_try_waits_until_the_first_leaves_the_window() {
        let start = DateTime::UNIX_EPOCH;
        let tries: Vec<_> = (0..10).map(|minute| start + Duration::minutes(minute)).collect();
        let now = start + Duration::minutes(10);
        assert_eq!(wait(&tries[..9], now), None);
        assert_eq!(wait(&tries, now), Some(time::Duration::from_secs(5 * 60)));
    }

    #[test]
    fn tries_at_once_all_count() {
        let tries = [DateTime::UNIX_EPOCH; 12];
        assert_eq!(wait(&tries, DateTime::UNIX_EPOCH), Some(time::Duration::from_secs(15 * 60)));
    }
}

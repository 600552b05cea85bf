//! How often a mail is tried, how many an address gets, and how long they are kept.

use chrono::Duration;

/// Tries after which a mail is given up, until someone has it tried again.
pub const MOST_TRIES: i32 = 8;

/// How long one replica has for a try before another may make the next.
pub const LEASE: Duration = Duration::minutes(1);

/// Mails of one kind that can be asked for, for one address, within [`WINDOW`].
pub const MOST_ASKED: i64 = 5;

/// Mails of one kind that can be asked for from one place within [`WINDOW`], whatever the addresses: enough for a class
/// that signs up behind one address.
pub const MOST_ASKED_FROM_PLACE: i64 = 100;

/// The time that is looked back.
pub const WINDOW: Duration = Duration::hours(1);

/// How long a mail stays after it was sent.
pub const SENT_KEPT: Duration = Duration::days(3);

/// How long a mail stays after it was refused or given up.
pub const FAILED_KEPT: Duration = Duration::days(14);

/// How long a sign-up waits for its mail to be answered; its short name is kept free as long.
pub const SIGN_UP_LIFETIME: Duration = Duration::hours(24);

/// How long a link to a new password is good.
pub const RESET_LIFETIME: Duration = Duration::minutes(30);

/// How long after this many tries the next one is made: a minute, doubled each time, over two hours in all.
pub fn wait_after(tries: i32) -> Duration {
    Duration::minutes(1 << (tries - 1).clamp(0, 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_bounded() {
        let waits: Vec<_> = (1..=MOST_TRIES).map(|tries| wait_after(tries).num_minutes()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 64]);
        assert_eq!(wait_after(i32::MAX), Duration::minutes(64));
    }
}

//! Devices that a person is known to use.

use chrono::{DateTime, Duration, Utc};

/// A device that was not used for this long is as good as new.
pub const REMEMBERED: Duration = Duration::days(90);

/// How long a device can show that a person signed in there.
pub const LIFETIME: Duration = Duration::days(180);

/// How long a device is kept, but for a person's last: while there is any, their sign-in is not the first.
pub const KEPT: Duration = Duration::days(400);

/// Whether the person should hear of a sign-in from `device`: not of their first, which is just how they joined, and not
/// where they signed in before. By its name alone a device is not known (half the world has a Chrome on Windows): it has
/// to show that it is, too.
pub fn should_notify(
    known: &[(String, DateTime<Utc>)],
    device: &str,
    shows_that_it_is_known: bool,
    now: DateTime<Utc>,
) -> bool {
    let used_lately = |(name, at): &(String, DateTime<Utc>)| name == device && now - *at < REMEMBERED;
    let is_known = shows_that_it_is_known && known.iter().any(used_lately);
    !known.is_empty() && !is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_device_is_no_news_and_a_forgotten_one_is() {
        let then = DateTime::UNIX_EPOCH;
        let known = [("Firefox on Linux".to_owned(), then)];
        assert!(!should_notify(&[], "Firefox on Linux", false, then));
        assert!(!should_notify(&known, "Firefox on Linux", true, then + REMEMBERED - Duration::seconds(1)));
        assert!(should_notify(&known, "Firefox on Linux", true, then + REMEMBERED));
        assert!(should_notify(&known, "Firefox on Linux", false, then), "somebody else's");
        assert!(should_notify(&known, "Safari on iPhone", true, then));
    }
}

//! Devices that a person is known to use.

use chrono::{DateTime, Duration, Utc};

/// A device that was not used for this long is as good as new.
pub const REMEMBERED: Duration = Duration::days(90);

/// How long a device is kept; while there is any, a person's sign-in is not their first.
pub const KEPT: Duration = Duration::days(400);

/// Whether the person should hear of a sign-in from `device`: not of their first, which is just how they joined.
pub fn is_worth_a_notice(known: &[(String, DateTime<Utc>)], device: &str, now: DateTime<Utc>) -> bool {
    let used_lately = |(name, at): &(String, DateTime<Utc>)| name == device && now - *at < REMEMBERED;
    !known.is_empty() && !known.iter().any(used_lately)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_device_is_no_news_and_a_forgotten_one_is() {
        let then = DateTime::UNIX_EPOCH;
        let known = [("Firefox on Linux".to_owned(), then)];
        assert!(!is_worth_a_notice(&[], "Firefox on Linux", then));
        assert!(!is_worth_a_notice(&known, "Firefox on Linux", then + REMEMBERED - Duration::seconds(1)));
        assert!(is_worth_a_notice(&known, "Firefox on Linux", then + REMEMBERED));
        assert!(is_worth_a_notice(&known, "Safari on iPhone", then));
    }
}

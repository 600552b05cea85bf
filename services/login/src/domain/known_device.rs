//! Known devices of a person.

use chrono::{DateTime, Duration, Utc};

/// A device that was not used for this long counts as new again.
pub const KNOWN_FOR: Duration = Duration::days(90);

/// Lifetime of the cookie that proves a known device.
pub const LIFETIME: Duration = Duration::days(180);

/// Retention of a device. A person's last device is stored without limit: it shows that the next sign-in is not
/// the first.
pub const RETAINED: Duration = Duration::days(400);

/// Whether to notify the person of a sign-in from `device`.
///
/// The first sign-in of a person and a known device cause no notice. The name of a device does not make it known,
/// because many people use Chrome on Windows: the device must also prove it by its cookie.
pub fn should_notify(known: &[(String, DateTime<Utc>)], device: &str, is_proved: bool, now: DateTime<Utc>) -> bool {
    let used_lately = |(name, at): &(String, DateTime<Utc>)| name == device && now - *at < KNOWN_FOR;
    let is_known = is_proved && known.iter().any(used_lately);
    !known.is_empty() && !is_known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_device_is_not_notified_and_a_forgotten_one_is() {
        let then = DateTime::UNIX_EPOCH;
        let known = [("Firefox on Linux".to_owned(), then)];
        assert!(!should_notify(&[], "Firefox on Linux", false, then));
        assert!(!should_notify(&known, "Firefox on Linux", true, then + KNOWN_FOR - Duration::seconds(1)));
        assert!(should_notify(&known, "Firefox on Linux", true, then + KNOWN_FOR));
        assert!(should_notify(&known, "Firefox on Linux", false, then), "somebody else's");
        assert!(should_notify(&known, "Safari on iPhone", true, then));
    }
}

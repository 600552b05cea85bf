//! Known devices of a person.

use chrono::{DateTime, Duration, Utc};

/// A device that was not used for this long counts as new again.
pub const KNOWN_FOR: Duration = Duration::days(90);

/// Lifetime of the cookie that proves a known device.
pub const LIFETIME: Duration = Duration::days(180);

/// Retention of a device. A person's last device is stored without limit: it shows that the next sign-in is not
/// the first.
pub const RETAINED: Duration = Duration::days(400);

/// Devices of one person. A new one replaces the one that was not used for longest.
pub const MAX_PER_PERSON: usize = 100;

/// The device that `device` replaces, if it is new and the person has the most devices.
pub fn replaced<'a>(known: &'a [(String, DateTime<Utc>)], device: &str) -> Option<&'a str> {
    if known.len() < MAX_PER_PERSON || known.iter().any(|(name, _)| name == device) {
        return None;
    }
    let oldest = known.iter().min_by(|one, other| (one.1, &one.0).cmp(&(other.1, &other.0)));
    oldest.map(|(name, _)| name.as_str())
}

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
    fn one_more_device_replaces_the_one_that_was_not_used_for_longest() {
        let at = |minutes: i64| DateTime::UNIX_EPOCH + Duration::minutes(minutes);
        let known: Vec<_> = (0..100_i64).map(|number| (format!("device-{number}"), at((number - 7).abs()))).collect();
        assert_eq!(replaced(&known, "new"), Some("device-7"));
        assert_eq!(replaced(&known, "device-50"), None, "it is known");
        assert_eq!(replaced(&known[1..], "new"), None);
    }

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

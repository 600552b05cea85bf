//! Between the contracts' types for time and money and those of Rust.

use chrono::{DateTime, Utc};
use prost_types::Timestamp;

use crate::common::v1::Money;

/// A moment, to the nanosecond.
pub fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos() as i32 }
}

/// The moment; nothing when the field is not set, or outside of what a calendar can say.
pub fn datetime(timestamp: Option<Timestamp>) -> Option<DateTime<Utc>> {
    let timestamp = timestamp?;
    DateTime::from_timestamp(timestamp.seconds, u32::try_from(timestamp.nanos).ok()?)
}

/// An amount of money, in micros of the currency.
pub fn money(micros: i64, currency_code: &str) -> Money {
    Money { micros, currency_code: currency_code.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_comes_back() {
        let time = DateTime::from_timestamp(1_700_000_000, 123_456_789);
        assert_eq!(datetime(time.map(timestamp)), time);
        assert_eq!(datetime(None), None);
        assert_eq!(datetime(Some(Timestamp { seconds: 0, nanos: -1 })), None);
    }
}

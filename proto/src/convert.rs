//! Conversions between the contracts and Rust: time and money.

use chrono::{DateTime, Utc};
use prost_types::Timestamp;

use crate::common::v1::Money;

/// Converts a time, with nanoseconds.
pub fn timestamp(time: DateTime<Utc>) -> Timestamp {
    Timestamp { seconds: time.timestamp(), nanos: time.timestamp_subsec_nanos() as i32 }
}

/// Converts a timestamp. `None` when the field is not set or out of range.
pub fn datetime(timestamp: Option<Timestamp>) -> Option<DateTime<Utc>> {
    let timestamp = timestamp?;
    DateTime::from_timestamp(timestamp.seconds, u32::try_from(timestamp.nanos).ok()?)
}

/// Creates an amount of money from micros (millionths of the unit) and an ISO 4217 code.
pub fn money(micros: i64, currency_code: &str) -> Money {
    Money { micros, currency_code: currency_code.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_converted_back() {
        let time = DateTime::from_timestamp(1_700_000_000, 123_456_789);
        assert_eq!(datetime(time.map(timestamp)), time);
        assert_eq!(datetime(None), None);
        assert_eq!(datetime(Some(Timestamp { seconds: 0, nanos: -1 })), None);
    }
}

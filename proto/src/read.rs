//! Reads the fields of events and of answers of other products, within bounds.
//!
//! The rule is in `proto/README.md`, section "Reading": a reader keeps what it understands. Functions that return a
//! `Result` are for fields that identify, order, count or date a fact; without them the event is a dead letter. The others
//! replace a value that is out of bounds, because the rest of the state matters more than that field.

use std::str::FromStr;

use chassis::consumer::ConsumeError;
use chrono::{DateTime, Duration, Utc};
use prost_types::Timestamp;

use crate::{common::v1::Money, convert::datetime};

/// Maximum length of a text for people, in characters. The longest text of a producer is far shorter.
pub const MAX_TEXT: usize = 500;
/// Maximum quantity of one usage record.
pub const MAX_QUANTITY: i64 = 1_000_000_000_000;
/// Maximum money of one usage record, in micros. It is the sum of many amounts.
pub const MAX_USAGE_MICROS: i64 = 1_000_000_000_000_000_000;
/// Maximum amount of money in micros: a billion units of the currency.
pub const MAX_MICROS: i64 = 1_000_000_000_000_000;
/// Maximum version of a state. A higher one would make readers ignore all later states.
pub const MAX_VERSION: i64 = 1_000_000_000_000;
/// Maximum length of a usage period: a year.
pub const MAX_PERIOD: Duration = Duration::days(366);

/// 2000-01-01, in seconds. No product existed before. The time of a field that was never set, 1970, is refused, too.
const EARLIEST: i64 = 946_684_800;
/// How far the clock of the producer may be ahead.
const AHEAD: Duration = Duration::days(1);
/// Maximum length of a code, such as a language tag or the name of a time zone.
const MAX_CODE: usize = 64;
/// "No currency" of ISO 4217.
const NO_CURRENCY: &str = "XXX";

/// Reads the id of an entity.
///
/// # Errors
/// When it is not a UUID.
pub fn id<T: FromStr>(field: &str, value: &str) -> Result<T, ConsumeError> {
    value.parse().map_err(|_| invalid(format!("{field} {:?} is not a UUID", text(value))))
}

/// Reads the version of a state.
///
/// # Errors
/// When it is not 1 to [`MAX_VERSION`].
pub fn version(version: i64) -> Result<i64, ConsumeError> {
    number("version", version, 1, MAX_VERSION)
}

/// Reads the quantity of a usage record. It is never changed: it is billed.
///
/// # Errors
/// When it is not 0 to [`MAX_QUANTITY`].
pub fn quantity(field: &str, quantity: i64) -> Result<i64, ConsumeError> {
    number(field, quantity, 0, MAX_QUANTITY)
}

/// Reads the quantity of a usage record whose metric is money, in micros. It is never changed: it is billed.
///
/// # Errors
/// When it is not 0 to [`MAX_USAGE_MICROS`].
pub fn usage_micros(field: &str, micros: i64) -> Result<i64, ConsumeError> {
    number(field, micros, 0, MAX_USAGE_MICROS)
}

/// Reads the currency of an amount that is billed. It is never changed.
///
/// # Errors
/// When it is no ISO 4217 code.
pub fn billed_currency(field: &str, code: &str) -> Result<String, ConsumeError> {
    let known = currency(code);
    if known == code { Ok(known) } else { Err(invalid(format!("{field} {:?} is not an ISO 4217 code", text(code)))) }
}

/// Reads the metric of a usage record, such as `login.sign_ins`.
///
/// # Errors
/// When it is not 1 to 100 lower-case letters, digits, dots and underscores.
pub fn metric(metric: String) -> Result<String, ConsumeError> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_');
    if (1..=100).contains(&metric.len()) && metric.chars().all(is_name) {
        return Ok(metric);
    }
    Err(invalid(format!("metric {:?} is not a short name such as login.sign_ins", text(&metric))))
}

/// Reads the time of a fact.
///
/// # Errors
/// When it is missing, before 2000, or later than tomorrow.
pub fn time(field: &str, time: Option<Timestamp>, now: DateTime<Utc>) -> Result<DateTime<Utc>, ConsumeError> {
    known_time(time, now).ok_or_else(|| invalid(format!("{field} is missing, before 2000 or in the future")))
}

/// Reads the period of a fact: its start (inclusive) and its end. Usage at one moment has the same start and end.
///
/// # Errors
/// When the start is not the time of a fact, when the end is missing or before the start, or after [`MAX_PERIOD`].
pub fn period(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), ConsumeError> {
    let start = time("period_start", start, now)?;
    let end = datetime(end).filter(|end| (start..=start + MAX_PERIOD).contains(end));
    let rule = "period_end is missing, before period_start, or more than a year after it";
    Ok((start, end.ok_or_else(|| invalid(rule))?))
}

/// Reads a time that a state can do without; `None` when it is missing or out of bounds.
pub fn known_time(time: Option<Timestamp>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    datetime(time).filter(|time| time.timestamp() >= EARLIEST && *time <= now + AHEAD)
}

/// Reads the time of a state. `default` takes its place when it is missing or out of bounds.
pub fn time_or(time: Option<Timestamp>, default: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let earliest = DateTime::from_timestamp(EARLIEST, 0).unwrap_or_default();
    known_time(time, now).unwrap_or_else(|| default.clamp(earliest, now + AHEAD))
}

/// Reads a text for people: without control characters, which Postgres or a page cannot show, and at most [`MAX_TEXT`]
/// characters.
pub fn text(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(MAX_TEXT).collect()
}

/// Reads a code such as a language tag or a time zone. An unknown code is kept as it is: a later version may know it. A
/// text that cannot be a code is replaced by `default`.
pub fn code(code: &str, default: &str) -> String {
    let is_code = (1..=MAX_CODE).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic());
    if is_code { code } else { default }.to_owned()
}

/// Reads the code of a currency. A text that is no ISO 4217 code is replaced by `XXX`, "no currency".
pub fn currency(code: &str) -> String {
    let is_code = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { code } else { NO_CURRENCY }.to_owned()
}

/// Reads an amount that is only shown. An amount out of bounds is replaced by the nearest one, a missing one by zero.
pub fn money(money: Option<Money>) -> Money {
    let money = money.unwrap_or_default();
    Money { micros: money.micros.clamp(0, MAX_MICROS), currency_code: currency(&money.currency_code) }
}

fn number(field: &str, value: i64, min: i64, max: i64) -> Result<i64, ConsumeError> {
    if (min..=max).contains(&value) {
        Ok(value)
    } else {
        Err(invalid(format!("{field} {value} is not {min} to {max}")))
    }
}

fn invalid(reason: impl Into<String>) -> ConsumeError {
    ConsumeError::invalid(reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::{money as amount, timestamp};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn now() -> DateTime<Utc> {
        at("2026-05-04T03:02:01Z")
    }

    fn stamp(text: &str) -> Option<Timestamp> {
        Some(timestamp(at(text)))
    }

    #[test]
    fn a_fact_happened_after_2000_and_before_tomorrow() {
        for good in ["2000-01-01T00:00:00Z", "2026-05-04T03:02:01Z", "2026-05-05T03:02:01Z"] {
            assert_eq!(time("at", stamp(good), now()).expect(good), at(good));
        }
        let years_1_and_9999 = ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"];
        for wrong in years_1_and_9999.into_iter().chain(["1970-01-01T00:00:00Z", "2026-05-05T03:02:02Z"]) {
            let refused = time("at", stamp(wrong), now()).expect_err(wrong);
            assert!(refused.to_string().contains("at is missing"), "{refused}");
            assert_eq!(time_or(stamp(wrong), now(), now()), now(), "{wrong}");
        }
        assert!(time("at", Some(Timestamp { seconds: i64::MAX, nanos: 0 }), now()).is_err());
        assert_eq!(time_or(None, DateTime::UNIX_EPOCH, now()), at("2000-01-01T00:00:00Z"));
    }

    #[test]
    fn a_period_does_not_end_before_it_begins() {
        let read = |start, end| period(stamp(start), stamp(end), now()).map_err(|error| error.to_string());
        assert!(read("2026-05-01T00:00:00Z", "2026-05-01T00:00:00Z").is_ok());
        // The month that is reported may not be over.
        assert!(read("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z").is_ok());
        for end in ["2026-04-30T23:59:59Z", "2027-05-03T00:00:01Z", "9999-12-31T00:00:00Z"] {
            assert!(read("2026-05-01T00:00:00Z", end).expect_err(end).contains("period_end"));
        }
        assert!(period(stamp("2026-05-01T00:00:00Z"), None, now()).is_err());
    }

    #[test]
    fn what_is_counted_and_ordered_is_refused_out_of_bounds() {
        assert_eq!(
            (quantity("quantity", 0).ok(), quantity("quantity", MAX_QUANTITY).ok()),
            (Some(0), Some(MAX_QUANTITY))
        );
        assert_eq!(usage_micros("quantity", MAX_USAGE_MICROS).ok(), Some(MAX_USAGE_MICROS));
        assert!(usage_micros("quantity", MAX_USAGE_MICROS + 1).is_err() && usage_micros("quantity", -1).is_err());
        assert_eq!(billed_currency("currency_code", "KRW").ok().as_deref(), Some("KRW"));
        assert!(billed_currency("currency_code", "").is_err() && billed_currency("currency_code", "krw").is_err());
        for wrong in [-1, MAX_QUANTITY + 1, i64::MAX, i64::MIN] {
            assert!(quantity("quantity", wrong).is_err(), "{wrong}");
        }
        for wrong in [0, -1, i64::MAX] {
            assert!(version(wrong).is_err(), "{wrong}");
        }
        for wrong in ["", "login.\0", "Login", "login sign_ins", &"x".repeat(101)] {
            assert!(metric(wrong.into()).is_err(), "{wrong:?}");
        }
        assert!(metric("login.sign_ins".into()).is_ok());
    }

    #[test]
    fn what_is_shown_is_kept_within_bounds() {
        assert_eq!(text("a\0b\u{1b}\n한강"), "ab한강");
        assert_eq!(text(&"한".repeat(1000)).chars().count(), MAX_TEXT);
        assert_eq!((code("Mars/Olympus", "UTC"), code("a\0", "UTC")), ("Mars/Olympus".into(), "UTC".into()));
        assert_eq!((code("", "en"), code(&"x".repeat(65), "en")), ("en".into(), "en".into()));
        assert_eq!((currency("CHF"), currency("won"), currency("")), ("CHF".into(), "XXX".into(), "XXX".into()));
        assert_eq!(money(Some(amount(i64::MAX, "KRW"))), amount(MAX_MICROS, "KRW"));
        assert_eq!((money(Some(amount(-1, "KRW"))), money(None)), (amount(0, "KRW"), amount(0, "XXX")));
    }

    #[test]
    fn an_error_names_the_field_and_is_short() {
        let refused =
            id::<chassis::id::TenantId>("tenant_id", &"x".repeat(1_000_000)).expect_err("no UUID").to_string();
        assert!(refused.contains("tenant_id") && refused.len() < 1000, "{refused}");
    }
}

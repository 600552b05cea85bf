//! Reads the fields of a form.

use std::str::FromStr;

use chassis::problem::FieldError;

use crate::domain::money::{Amount, Currency};

/// Reads a field that may be left out.
pub(super) fn optional<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    Some(text.trim()).filter(|text| !text.is_empty()).and_then(read)
}

/// Reads an amount in units of the currency, with grouping commas or without: "1,000", "1.5".
pub(super) fn amount(errors: &mut Vec<FieldError>, field: &str, text: &str, currency: Currency) -> Option<Amount> {
    let text: String = text.trim().chars().filter(|c| *c != ',').collect();
    let code = if text.is_empty() { "required" } else { "malformed" };
    let micros = micros(&text);
    if micros.is_none() {
        errors.push(FieldError::new(field, code, "must be a number"));
    }
    Some(Amount { micros: micros?, currency_code: currency.code().to_owned() })
}

fn micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 6 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<6}").parse().ok()
}

pub(super) fn read<T: FromStr>(errors: &mut Vec<FieldError>, field: &str, text: &str) -> Option<T> {
    let read = text.parse().ok();
    if read.is_none() {
        errors.push(FieldError::new(field, "malformed", "cannot be read"));
    }
    read
}

#[cfg(test)]
mod tests {
    use super::micros;

    #[test]
    fn an_amount_is_read_exactly() {
        assert_eq!([micros("300"), micros("1.5"), micros("0.000001")], [Some(300_000_000), Some(1_500_000), Some(1)]);
        for wrong in ["", "-1", "1.0000001", "1e3", ".5", "9223372036854775807", "３"] {
            assert_eq!(micros(wrong), None, "{wrong}");
        }
    }
}

//! Rules of the fields that a new campaign and a change share, but for amounts ([`super::limits`]).

use chassis::{
    problem::FieldError,
    text::{Locale, single_line},
};

use super::page_language;
use crate::domain::interest::Interest;

const NAME_CHARS: usize = 100;

/// Maximum of a frequency cap.
pub(super) const MAX_FREQUENCY: u8 = 100;

pub(super) fn name(value: &str) -> Result<String, FieldError> {
    single_line("name", value, NAME_CHARS)
}

pub(super) fn language(tag: &str) -> Result<Locale, FieldError> {
    page_language(tag)
        .filter(|locale| locale.as_str() == tag)
        .ok_or_else(|| FieldError::new("locale", "unknown", "must be ko or en"))
}

pub(super) fn interests(names: &[String]) -> Result<Vec<Interest>, FieldError> {
    let mut interests = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let interest = Interest::from_name(name).ok_or_else(|| {
            let known = Interest::names(&Interest::ALL).join(", ");
            FieldError::new(format!("interests[{index}]"), "unknown", format!("must be one of {known}"))
        })?;
        interests.push(interest);
    }
    interests.sort_unstable();
    interests.dedup();
    Ok(interests)
}

pub(super) fn frequency_cap(cap: Option<u8>) -> Result<Option<u8>, FieldError> {
    match cap {
        Some(0 | 101..) => {
            Err(FieldError::new("frequency_cap", "out_of_range", format!("must be 1 to {MAX_FREQUENCY}")))
        }
        cap => Ok(cap),
    }
}

/// Returns the valid value, or moves the error into `errors`, so that the other fields are checked too.
pub(super) fn ok<T>(errors: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

//! Names as people write them.

use chassis::{problem::FieldError, text::plain};

const LONGEST: usize = 100;

/// A name of 1 to 100 characters that reads as it is written.
///
/// # Errors
/// Names the field and the rule.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    plain(field, text, LONGEST)
}

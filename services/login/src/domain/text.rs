//! Names as people write them.

use chassis::problem::FieldError;

const LONGEST: usize = 100;

/// A name without space around it and without control characters, 1 to 100 characters.
///
/// # Errors
/// Names the field and the rule.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(field, "required", "must not be empty"));
    }
    if text.chars().count() > LONGEST {
        return Err(FieldError::new(field, "too_long", "must have at most 100 characters"));
    }
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(field, "invalid_characters", "must have no control characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(name("name", "  한강 상점 ").expect("good"), "한강 상점");
        for wrong in ["", "   ", "a\u{0}b", &"가".repeat(101)] {
            assert!(name("name", wrong).is_err(), "{wrong:?}");
        }
        assert!(name("name", &"가".repeat(100)).is_ok());
    }
}

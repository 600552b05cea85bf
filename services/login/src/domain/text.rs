//! Names as people write them.

use chassis::{problem::FieldError, text::single_line};

const LONGEST: usize = 100;

/// A name of 1 to 100 characters that reads as it is written, and leads nowhere: names stand in mails to strangers.
///
/// # Errors
/// Names the field and the rule.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    let lower = text.to_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        return Err(FieldError::new(field, "invalid_name", "must not hold a link"));
    }
    single_line(field, text, LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_link() {
        for bad in ["Locked, see https://evil.example/now", "WWW.evil.example", "", "two\nlines"] {
            assert!(name("name", bad).is_err(), "{bad}");
        }
        for good in ["한강커피", "Acme & Sons (Seoul)", "Node.js Cafe"] {
            assert_eq!(name("name", good).as_deref(), Ok(good));
        }
    }
}

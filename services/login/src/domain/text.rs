//! Names of people and tenants.

use chassis::{problem::FieldError, text::single_line};

const MAX_LENGTH: usize = 100;

/// Validates a name: 1 to 100 characters on one line, without a link, because names appear in mails.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    let lower = text.to_lowercase();
    if lower.contains("://") || lower.contains("www.") {
        return Err(FieldError::new(field, "invalid_name", "must not contain a link"));
    }
    single_line(field, text, MAX_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_contains_no_link() {
        for bad in ["Locked, see https://evil.example/now", "WWW.evil.example", "", "two\nlines"] {
            assert!(name("name", bad).is_err(), "{bad}");
        }
        for good in ["한강커피", "Acme & Sons (Seoul)", "Node.js Cafe"] {
            assert_eq!(name("name", good).as_deref(), Ok(good));
        }
    }
}

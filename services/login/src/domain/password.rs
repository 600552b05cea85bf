//! What a password must be, after NIST SP 800-63B: long, and not among the first that are tried.

use chassis::problem::FieldError;
use secrecy::{ExposeSecret, SecretString};

const SHORTEST: usize = 12;
const LONGEST: usize = 128;

/// The most common passwords that are long enough to pass otherwise.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password that may be chosen.
#[derive(Debug, Clone)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// Checks a choice.
    ///
    /// # Errors
    /// When it is too short, too long, or too common.
    pub fn parse(field: &str, text: SecretString) -> Result<Self, FieldError> {
        let length = text.expose_secret().chars().count();
        if length < SHORTEST {
            return Err(FieldError::new(field, "too_short", "must have at least 12 characters"));
        }
        if length > LONGEST {
            return Err(FieldError::new(field, "too_long", "must have at most 128 characters"));
        }
        if is_common(text.expose_secret()) {
            return Err(FieldError::new(field, "too_common", "is among the passwords that are tried first"));
        }
        Ok(Self(text))
    }

    /// The password, to be hashed.
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

/// Whether a password given at sign-in is worth hashing: none longer was ever accepted.
pub fn may_be_one(text: &SecretString) -> bool {
    text.expose_secret().chars().count() <= LONGEST
}

fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    let mut characters = text.chars();
    let first = characters.next();
    characters.all(|character| Some(character) == first) || COMMON.lines().any(|line| line == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<&'static str> {
        NewPassword::parse("password", SecretString::from(text)).err().map(|error| error.code)
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert_eq!(code("짧은암호입니다만열한"), Some("too_short"));
        assert_eq!(code("one-product-one-team"), None);
        assert_eq!(code("한강공원에서자전거를탑니다"), None);
        assert_eq!(code(&"ab".repeat(65)), Some("too_long"));
    }

    #[test]
    fn what_is_tried_first_is_refused() {
        for common in ["Password1234", "123456789012", "qwertyuiop123", "aaaaaaaaaaaaaa"] {
            assert_eq!(code(common), Some("too_common"), "{common}");
        }
    }

    #[test]
    fn the_list_is_in_lower_case_and_long_enough_to_matter() {
        assert!(COMMON.lines().all(|line| line.chars().count() >= SHORTEST && line == line.to_lowercase()));
    }
}

//! E-mail addresses, compared without regard to case.

use std::fmt;

use chassis::{problem::FieldError, text::single_line};

/// Maximum length in bytes (RFC 5321, erratum 1690).
const MAX_LENGTH: usize = 254;

/// A trimmed, lower-case address.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Parses an address.
    ///
    /// # Errors
    /// When the address has an invalid form.
    pub fn parse(field: &str, text: &str) -> Result<Self, FieldError> {
        let text = text.trim().to_lowercase();
        if text.is_empty() {
            return Err(FieldError::new(field, "required", "must not be empty"));
        }
        if !is_address(&text) {
            return Err(FieldError::new(field, "invalid_email", "must be an e-mail address"));
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// SHA-256, for tables and logs that must not hold the address.
    pub fn hash(&self) -> [u8; 32] {
        chassis::secret::hash(&self.0)
    }
}

/// Hides the address, so that no log shows it by accident.
impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(…)")
    }
}

/// Checks a part of RFC 5321, to catch typing mistakes. Only a delivered mail proves that the address exists.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let printable =
        |part: &str| part.chars().all(|c| !c.is_whitespace() && c != '@') && single_line("", part, MAX_LENGTH).is_ok();
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    (1..=64).contains(&local.len())
        && printable(local)
        && text.len() <= MAX_LENGTH
        && domain.contains('.')
        && domain.split('.').all(label)
        && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_space_make_no_difference() {
        let [one, other] =
            [" Mina@Hangang.Example ", "mina@hangang.example"].map(|text| Email::parse("email", text).expect("good"));
        assert_eq!(one, other);
        assert_eq!(one.hash(), other.hash());
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for wrong in [
            "",
            "mina",
            "@x.example",
            "mina@",
            "mina@x",
            "mi na@x.example",
            "mi\u{202e}na@x.example",
            "mi\u{200b}na@x.example",
            "a@b@x.example",
            "mina@x..example",
            "mina@-x.example",
        ] {
            assert!(Email::parse("email", wrong).is_err(), "{wrong}");
        }
    }
}

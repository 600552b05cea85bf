//! E-mail addresses, compared without regard to case.

use std::fmt;

use chassis::{problem::FieldError, text::single_line};

/// Longest address, in bytes (RFC 5321 with its erratum 1690).
const LONGEST: usize = 254;

/// An address as people are found by it: trimmed, in lower case.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none that mail could be sent to.
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

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands for it where no address may stand.
    pub fn hash(&self) -> [u8; 32] {
        chassis::secret::hash(&self.0)
    }
}

/// Never the address itself: it must not get into a log by accident.
impl fmt::Debug for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Email(…)")
    }
}

/// Enough of RFC 5321 to refuse slips of the pen; whether mail arrives, only mail can tell.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let printable =
        |part: &str| part.chars().all(|c| !c.is_whitespace() && c != '@') && single_line("", part, LONGEST).is_ok();
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    (1..=64).contains(&local.len())
        && printable(local)
        && text.len() <= LONGEST
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
    fn slips_of_the_pen_are_refused() {
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

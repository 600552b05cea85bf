//! Names that one person chooses and others read: of people, tenants and clients.
//!
//! A name reaches people outside of its tenant, by mail and on our pages. So it holds nothing that a mail program turns
//! into a link, and no mail has a name in its subject. In texts a name stands in quotation marks.

use chassis::{problem::FieldError, text::single_line};

const MAX_LENGTH: usize = 100;

/// Full stops that a browser reads as the dot of a host (UTS 46).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// Validates a name: 1 to 100 characters on one line, without a web address, a host or an e-mail address.
pub fn name(field: &str, text: &str) -> Result<String, FieldError> {
    if is_address(text) {
        return Err(FieldError::new(field, "invalid_name", "must not contain a web address or an e-mail address"));
    }
    single_line(field, text, MAX_LENGTH)
}

/// The name to show to other people. A name that an older release accepted may look like an address: then `otherwise`,
/// which the name's owner did not write freely.
pub fn shown<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if name("", text).is_ok() { text } else { otherwise }
}

/// Whether a part of the text reads as an address: `https://x`, `www.x`, `x.example`, `a@b`.
fn is_address(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains(['@', '\u{ff20}', '\u{fe6b}'])
        || ["://", "www."].iter().any(|mark| lower.contains(mark))
        || lower.split(|c: char| !(c.is_alphanumeric() || c == '-' || DOTS.contains(&c))).any(is_host)
}

/// Whether a word reads as a host: labels, the last of which could be a top-level domain. Initials and numbers such as
/// `U.S.` and `2.0` do not.
fn is_host(word: &str) -> bool {
    let mut labels = word.split(DOTS).filter(|label| !label.is_empty()).rev();
    let Some(last) = labels.next() else { return false };
    let is_top_level = last.starts_with("xn--") || last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    labels.next().is_some() && is_top_level && !word.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_contains_no_address() {
        for bad in [
            "Locked, see https://evil.example/now",
            "WWW.evil.example",
            "evil.example",
            "Unlock at evil.example/now",
            "(evil.example)",
            "evil\u{3002}example",
            "evil\u{ff0e}com",
            "한강.한국",
            "pay.xn--3e0b707e",
            "help@evil.example",
            "help\u{ff20}evil",
            "203.0.113.9.nip.io",
            "",
            "two\nlines",
            "evil\u{202e}elpmaxe",
        ] {
            assert!(name("name", bad).is_err(), "{bad}");
        }
        for good in [
            "한강커피",
            "Acme & Sons (Seoul)",
            "U.S. Steel",
            "Web 2.0",
            "St. Mary",
            "3.5 Systems",
            "Acme Co., Ltd.",
            "끝. 시작",
        ] {
            assert_eq!(name("name", good).as_deref(), Ok(good));
        }
        assert_eq!(name("name", "evil.example").expect_err("an address").code, "invalid_name");
    }

    #[test]
    fn an_old_name_that_reads_as_an_address_is_not_shown() {
        assert_eq!((shown("Acme", "acme"), shown("evil.example", "acme")), ("Acme", "acme"));
    }
}

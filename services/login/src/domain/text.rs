//! Names that one person chooses and others read: of people, tenants and clients.
//!
//! A name reaches people outside of its tenant, by mail and on our pages. So it holds nothing that a mail program turns
//! into a link, and no mail has a name in its subject. In texts a name stands in quotation marks.

use chassis::{problem::FieldError, text::single_line};

const MAX_LENGTH: usize = 100;

/// Full stops that a browser reads as the dot of a host (UTS 46).
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// The top-level domains, unchanged from <https://data.iana.org/TLD/tlds-alpha-by-domain.txt>.
const TOP_LEVEL: &str = include_str!("tlds-alpha-by-domain.txt");

/// Names of private networks, and the one for examples (RFC 6761, 6762, 7686).
const RESERVED: [&str; 5] = ["example", "internal", "local", "localhost", "onion"];

/// What stands before a name without a space, besides initials: `Dr.Kim`, `St.Mary`.
const TITLES: [&str; 10] = ["dr", "ft", "fr", "mr", "mrs", "ms", "mt", "prof", "rev", "st"];

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

/// Whether a part of the text reads as an address: `https://x`, `www.x`, `x.com`, `a@b`.
fn is_address(text: &str) -> bool {
    let lower = text.to_lowercase();
    lower.contains(['@', '\u{ff20}', '\u{fe6b}'])
        || ["://", "www."].iter().any(|mark| lower.contains(mark))
        || text.split_inclusive(ends_host).any(has_host)
}

fn ends_host(c: char) -> bool {
    !(c.is_alphanumeric() || c == '-' || DOTS.contains(&c))
}

/// Whether a word contains a host: labels up to a top-level domain. `Node.js`, `U.S.` and `2.0` do not. The word ends
/// with the character behind it.
fn has_host(word: &str) -> bool {
    let has_path = word.ends_with('/');
    let labels: Vec<_> = word.trim_end_matches(ends_host).split(DOTS).collect();
    labels.split(|label| label.is_empty()).any(|labels| match labels {
        [before @ .., last] if !before.is_empty() && is_top_level(last) => has_path || !is_titled_name(before, last),
        _ => false,
    })
}

/// Whether a label is a top-level domain, also with a particle behind it (`com에서`).
fn is_top_level(label: &str) -> bool {
    let end = label.find(|c: char| !c.is_ascii()).filter(|&end| end > 0).unwrap_or(label.len());
    let Ok(label) = idna::domain_to_ascii(label[..end].trim_end_matches('-')) else { return false };
    RESERVED.into_iter().chain(TOP_LEVEL.lines()).any(|known| known.eq_ignore_ascii_case(&label))
}

/// Whether the labels are a name behind a title or initials: `Dr.Kim`, `J.R.Kim`. Some surnames are top-level domains. Two
/// letters are not enough: `T.Co`.
fn is_titled_name(before: &[&str], last: &str) -> bool {
    let is_capitalized = |label: &str| label.starts_with(char::is_uppercase);
    let is_title =
        |label: &str| label.chars().count() == 1 || TITLES.iter().any(|title| title.eq_ignore_ascii_case(label));
    before.iter().all(|label| is_capitalized(label) && is_title(label))
        && is_capitalized(last)
        && last.chars().count() > 2
        && last.chars().skip(1).all(char::is_lowercase)
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
            "Evil.Com",
            "evil.com에서",
            "evil.com-",
            "evil.ｃｏｍ",
            "Wait...evil.ninja...",
            "T.Co",
            "Dr.Kim/unlock",
            "dr.kim",
            "Evil.Kim",
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
            "끝.시작",
            "Dr.Kim",
            "J.R.Kim",
            "St.Mary",
            "K.Ko",
            "Node.js Cafe",
            "Node.js/React",
            "Wait...What",
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

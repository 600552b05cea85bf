//! Names that one person chooses and others read: of people, tenants and clients.
//!
//! A name reaches people outside of its tenant, by mail and on our pages. So it holds nothing that a mail program turns
//! into a link, and no mail has a name in its subject. In texts a name stands in quotation marks.

use std::net::{Ipv4Addr, Ipv6Addr};

use chassis::{problem::FieldError, text::single_line};
use unicode_normalization::UnicodeNormalization;

const MAX_LENGTH: usize = 100;

/// The top-level domains, unchanged from <https://data.iana.org/TLD/tlds-alpha-by-domain.txt>.
const TOP_LEVEL: &str = include_str!("tlds-alpha-by-domain.txt");

/// Names of private networks, and the one for examples (RFC 6761, 6762, 7686).
const RESERVED: [&str; 5] = ["example", "internal", "local", "localhost", "onion"];

/// Schemes that mail programs turn into links without `//`.
const SCHEMES: [&str; 8] = ["callto", "data", "facetime", "javascript", "mailto", "sip", "sms", "tel"];

/// Characters that are not displayed and that a program may drop (Default_Ignorable_Code_Point of Unicode 16.0).
const IGNORABLE: [(char, char); 17] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

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

/// Whether a part of the text reads as an address: `https://x`, `www.x`, `x.com`, `a@b`, `mailto:a`, `x:8080`,
/// `203.0.113.9`, `[2001:db8::1]`.
fn is_address(text: &str) -> bool {
    let plain = plain(text);
    plain.contains('@')
        || ["://", "www."].iter().any(|mark| plain.contains(mark))
        || plain.split_whitespace().any(has_scheme_or_port)
        || plain
            .split('[')
            .skip(1)
            .any(|rest| rest.split(']').next().is_some_and(|host| host.parse::<Ipv6Addr>().is_ok()))
        || plain.split(ends_host).any(has_host)
}

/// The text in lower case as programs that look for addresses may read it: without invisible characters, and with the
/// usual form of each character (NFKC).
fn plain(text: &str) -> String {
    let is_shown = |c: &char| !IGNORABLE.iter().any(|(first, last)| (*first..=*last).contains(c));
    let usual = text.chars().filter(is_shown).nfkc().filter(is_shown).collect::<String>();
    // A browser reads the ideographic full stop as the dot of a host (UTS 46).
    usual.to_lowercase().replace('\u{3002}', ".")
}

/// Whether a word without spaces has a scheme or a port: `tel:5`, `(mailto:a`, `localhost:8080`.
fn has_scheme_or_port(word: &str) -> bool {
    word.match_indices(':').any(|(at, _)| {
        let (before, after) = (&word[..at], &word[at + 1..]);
        let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-').next().unwrap_or_default();
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let has_port = name.contains(|c: char| c.is_ascii_alphabetic()) && (2..=5).contains(&digits);
        has_port || !after.is_empty() && SCHEMES.contains(&name)
    })
}

fn ends_host(c: char) -> bool {
    !(c.is_alphanumeric() || c == '-' || c == '.')
}

/// Whether a word contains a host: labels up to a top-level domain, or an IPv4 address. `Node.js`, `U.S.` and `2.0` do
/// not. Nor is a title an exception: `Dr.Kim` is a host, `Dr. Kim` is not.
fn has_host(word: &str) -> bool {
    let labels: Vec<_> = word.split('.').collect();
    labels.split(|label| label.is_empty()).any(|labels| match labels {
        [before @ .., last] if !before.is_empty() => is_top_level(last) || labels.join(".").parse::<Ipv4Addr>().is_ok(),
        _ => false,
    })
}

/// Whether a label is a top-level domain, also with a particle behind it (`com에서`).
fn is_top_level(label: &str) -> bool {
    let end = label.find(|c: char| !c.is_ascii()).filter(|&end| end > 0).unwrap_or(label.len());
    let Ok(label) = idna::domain_to_ascii(label[..end].trim_end_matches('-')) else { return false };
    RESERVED.into_iter().chain(TOP_LEVEL.lines()).any(|known| known.eq_ignore_ascii_case(&label))
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
            "Dr.Kim",
            "Dr.Kim/unlock",
            "dr.kim",
            "Evil.Kim",
            "J.R.Kim",
            "Dr.Support",
            "X.Com",
            "Sign in at X.Com",
            "Dr.Bank:443",
            "Dr.Bank?x",
            "Mr.Support#x",
            "evil\u{200d}.com",
            "evil\u{200c}.com",
            "evil.\u{fe0f}com",
            "evil\u{34f}.com",
            "evil\u{2024}com",
            "www\u{3002}evil",
            "\u{ff57}\u{ff57}\u{ff57}\u{ff0e}evil",
            "HTTPS\u{ff1a}//evil",
            "203.0.113.9",
            "203.0.113.9/now",
            "\u{ff12}03.0.113.9",
            "[2001:db8::1]/x",
            "localhost:8080",
            "pay-here:443/x",
            "mailto:x",
            "(Tel:+82-2)",
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
            "Dr. Kim",
            "J. R. Kim",
            "Node.js Cafe",
            "Node.js/React",
            "Wait...What",
            "Hotel: Seoul",
            "Tel: Aviv",
            "Open 9:30",
            "Team 7:1",
            "Bad::Cafe",
            "[Seoul]",
            "3.5.2",
            "می\u{200c}خواهم",
            "👩\u{200d}💻 ❤\u{fe0f}",
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

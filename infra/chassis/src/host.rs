//! Hosts that DNS can have.
//!
//! A URL parser does not check lengths (VerifyDnsLength of UTS 46). So a URL that is stored to lead a person on, or to be
//! called, needs [`is_possible`]. A domain that is compared or sent alone has the form of [`ascii_domain`].

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use url::{Host, Url};

/// The rule, for the error of a field.
pub const RULE: &str = "must have a host of at most 253 octets, each of its labels with 1 to 63 (as A-labels)";

/// The domain in lower case with A-labels (UTS 46); `None` when it is not a host name of the Internet.
pub fn ascii_domain(domain: &str) -> Option<String> {
    to_ascii(domain, AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
}

/// Whether the host of a web address has the lengths that DNS allows. An IP address is no name, so it has them.
///
/// Characters are those of the URL Standard, which browsers follow: `my_app.example` is possible, and so is the dot of the
/// root at the end.
pub fn is_possible(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => {
            to_ascii(domain, AsciiDenyList::URL, Hyphens::Allow, DnsLength::VerifyAllowRootDot).is_some()
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        None => false,
    }
}

fn to_ascii(domain: &str, deny: AsciiDenyList, hyphens: Hyphens, length: DnsLength) -> Option<String> {
    Uts46::new().to_ascii(domain.as_bytes(), deny, hyphens, length).ok().map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn possible(host: &str) -> bool {
        is_possible(&format!("https://{host}/").parse().expect(host))
    }

    #[test]
    fn the_lengths_of_dns_are_those_of_a_labels() {
        let syllables: String = ('가'..).take(70).collect();
        let name = |letters: usize| format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(letters));
        for good in [
            "a.example",
            "localhost",
            "my_app.example",
            "r3---sn.example",
            "travel.example.",
            "한강.example",
            "127.0.0.1",
            "[::1]",
            &format!("{}.example", "a".repeat(63)),
            &name(61),
        ] {
            assert!(possible(good), "{good}");
        }
        let (label, long) = (format!("{syllables}.example"), format!("{}.example", "a".repeat(64)));
        for wrong in [&label, &long, &name(62), "a..example", ".example"] {
            assert!(!possible(wrong), "{wrong}");
            assert_eq!(ascii_domain(wrong), None, "{wrong}");
        }
        assert!(!is_possible(&"mailto:mina@x.example".parse().expect("a URL")));
    }

    #[test]
    fn a_domain_has_one_form() {
        for text in ["한강-x.example", "XN---X-9T1IO77K.example", "한강-x。example"] {
            assert_eq!(ascii_domain(text).as_deref(), Some("xn---x-9t1io77k.example"), "{text}");
        }
        for wrong in ["", "my_app.example", "-a.example", "a.example.", "한 강.example"] {
            assert_eq!(ascii_domain(wrong), None, "{wrong}");
        }
    }
}

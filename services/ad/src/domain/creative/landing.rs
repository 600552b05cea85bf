//! Landing URLs: https, or http to a loopback host where creatives are reviewed by rule, in development.

use chassis::{host, problem::FieldError};
use url::{Host, Url};

use super::Reviewer;

/// Maximum length of a landing URL as it is stored and sent. With the other headers of a redirect it fits into 4 KiB, the
/// smallest buffer that proxies such as nginx have for the headers of a response.
pub const LANDING_URL_BYTES: usize = 2_000;

pub(super) fn landing_url(value: &str, reviewer: Reviewer) -> Result<Url, FieldError> {
    let malformed = |detail: &str| FieldError::new("landing_url", "malformed", detail);
    let url = Url::parse(value.trim()).map_err(|_| malformed("must be an absolute URL"))?;
    let is_local = || reviewer == Reviewer::Rule && url.scheme() == "http" && is_loopback(&url);
    if url.host().is_none() || (url.scheme() != "https" && !is_local()) {
        return Err(malformed("must be an https URL"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(malformed("must not contain a user name or password"));
    }
    if !host::is_possible(&url) {
        return Err(malformed(host::RULE));
    }
    // The parser has percent-encoded the path and written the host as A-labels: three bytes of Hangul become nine.
    let bytes = url.as_str().len();
    if bytes > LANDING_URL_BYTES {
        let detail = format!("must be at most {LANDING_URL_BYTES} bytes after percent-encoding, and has {bytes}");
        return Err(FieldError::new("landing_url", "too_long", detail));
    }
    Ok(url)
}

/// Whether the host is this machine (RFC 6761, section 6.3, for names).
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str) -> Result<(), &'static str> {
        landing_url(url, Reviewer::Operator).map(drop).map_err(|error| error.code)
    }

    #[test]
    fn the_limit_is_for_what_is_stored() {
        let page = |path: &str| format!(" https://trips.example/{path} ");
        let longest = "x".repeat(LANDING_URL_BYTES - "https://trips.example/".len());
        let stored = landing_url(&page(&longest), Reviewer::Operator).expect("a landing URL");
        assert_eq!(stored.as_str().len(), LANDING_URL_BYTES);
        for long in [format!("{longest}x"), "가".repeat(660), "\"".repeat(700)] {
            assert_eq!(code(&page(&long)), Err("too_long"), "{long}");
        }
    }

    #[test]
    fn it_has_a_host_that_dns_can_have() {
        let hosts = ["가나다라마바사아자차".repeat(7), "a".repeat(64), "a..b".into()];
        for url in hosts.map(|host| format!("https://{host}.example/")) {
            assert_eq!(code(&url), Err("malformed"), "{url}");
        }
    }

    #[test]
    fn it_is_a_web_page_without_a_password() {
        for url in [
            "http://a.example/",
            "ftp://a.example/",
            "//a.example/",
            "/page",
            "https://me:secret@a.example/",
            "data:text/html,x",
        ] {
            assert_eq!(code(url), Err("malformed"), "{url}");
        }
    }

    #[test]
    fn http_leads_only_to_this_machine_and_only_in_development() {
        let allowed = |url: &str, reviewer| landing_url(url, reviewer).is_ok();
        for url in ["http://localhost:8380/a", "http://a.localhost/", "http://127.0.0.1:8380/", "http://[::1]/"] {
            assert!(allowed(url, Reviewer::Rule) && !allowed(url, Reviewer::Operator), "{url}");
        }
        for url in ["http://a.example/", "http://localhost.a.example/", "http://10.0.0.1/", "http://[::]/"] {
            assert!(!allowed(url, Reviewer::Rule), "{url}");
        }
    }
}

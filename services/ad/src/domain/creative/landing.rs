//! Landing URLs.

use chassis::{host, problem::FieldError};
use url::Url;

/// Maximum length of a landing URL as it is stored and sent. With the other headers of a redirect it fits into 4 KiB, the
/// smallest buffer that proxies such as nginx have for the headers of a response.
pub const LANDING_URL_BYTES: usize = 2_000;

pub(super) fn landing_url(value: &str) -> Result<Url, FieldError> {
    let malformed = |detail: &str| FieldError::new("landing_url", "malformed", detail);
    let url = Url::parse(value.trim()).map_err(|_| malformed("must be an absolute URL"))?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none() {
        return Err(malformed("must be an https or http URL"));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn code(url: &str) -> Result<(), &'static str> {
        landing_url(url).map(drop).map_err(|error| error.code)
    }

    #[test]
    fn the_limit_is_for_what_is_stored() {
        let page = |path: &str| format!(" https://trips.example/{path} ");
        let longest = "x".repeat(LANDING_URL_BYTES - "https://trips.example/".len());
        let stored = landing_url(&page(&longest)).expect("a landing URL");
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
        for url in ["ftp://a.example/", "//a.example/", "/page", "https://me:secret@a.example/", "data:text/html,x"] {
            assert_eq!(code(url), Err("malformed"), "{url}");
        }
    }
}

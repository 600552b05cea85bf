//! Tells browsers from programs that only follow redirects.

use http::{HeaderMap, HeaderName, header};

const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Whether a browser navigates by this request, so that a page is shown and can navigate on.
///
/// Some HTTP clients accept HTML, too. A browser also sends `Sec-Fetch-Mode: navigate`, but no `Sec-Fetch-*` over plain
/// HTTP, except to localhost. Then its `User-Agent` decides.
pub(super) fn is_browser(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let navigates = if headers.keys().any(|name| name.as_str().starts_with("sec-fetch-")) {
        text(MODE) == "navigate"
    } else {
        text(header::USER_AGENT).starts_with("Mozilla/")
    };
    navigates && text(header::ACCEPT).contains("text/html")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const HTML: (&str, &str) = ("accept", "text/html,application/xhtml+xml");
    const FIREFOX: (&str, &str) =
        ("user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");

    #[test]
    fn browsers_navigate() {
        for (headers, expected) in [
            (vec![HTML, FIREFOX], true),
            (vec![HTML, ("sec-fetch-mode", "navigate"), ("sec-fetch-site", "same-origin")], true),
            (vec![HTML, FIREFOX, ("sec-fetch-mode", "cors")], false),
            (vec![HTML, FIREFOX, ("sec-fetch-site", "same-origin")], false),
            (vec![HTML, ("user-agent", "python-requests/2.32")], false),
            (vec![HTML], false),
            (vec![("accept", "*/*"), FIREFOX], false),
            (vec![FIREFOX, ("sec-fetch-mode", "navigate")], false),
        ] {
            let all =
                headers.iter().map(|&(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            assert_eq!(is_browser(&all.collect()), expected, "{headers:?}");
        }
    }
}

//! Static files of pages. Their URL contains a hash of the content, so that browsers cache them without a time limit.
//!
//! To add a file: 1. `static ICON: Asset = Asset::new("/assets/icon.svg", "image/svg+xml", include_bytes!("icon.svg"));`
//! 2. `.merge(ICON.route())` in the router; 3. `ICON.url()` in the template.

use std::fmt::Write;

use axum::{Router, extract::RawQuery, response::IntoResponse, routing::get};
use http::header;

/// A static file that is part of the binary.
#[derive(Debug)]
pub struct Asset {
    path: &'static str,
    kind: &'static str,
    content: &'static [u8],
    hash: u64,
}

static BASE_CSS: Asset = Asset::new("/assets/base.css", "text/css; charset=utf-8", BASE_CSS_CONTENT);
const BASE_CSS_CONTENT: &[u8] = include_bytes!("../../assets/base.css");
const BASE_CSS_BYTES: [u8; 35] = with_hash(*b"/assets/base.css?v=0000000000000000", fnv1a(BASE_CSS_CONTENT));

/// htmx, for the pages that use it. Unmodified: see assets/vendor/README.md.
pub static HTMX: Asset = Asset::new(
    "/assets/htmx.js",
    "text/javascript; charset=utf-8",
    include_bytes!("../../assets/vendor/htmx-2.0.11.min.js"),
);

/// The URL of the base style sheet, with its hash.
pub const BASE_CSS_URL: &str = match std::str::from_utf8(&BASE_CSS_BYTES) {
    Ok(url) => url,
    Err(_) => panic!("hexadecimal digits are text"),
};

/// Serves the base style sheet.
pub fn assets<S: Clone + Send + Sync + 'static>() -> Router<S> {
    BASE_CSS.route()
}

impl Asset {
    /// Creates a file from its path, media type and content.
    pub const fn new(path: &'static str, kind: &'static str, content: &'static [u8]) -> Self {
        Self { path, kind, content, hash: fnv1a(content) }
    }

    /// The URL of the file, with the hash of its content.
    pub fn url(&self) -> String {
        let mut url = format!("{}?v=", self.path);
        write!(url, "{:016x}", self.hash).expect("writing to a string does not fail");
        url
    }

    /// Serves the file. A request with another hash, as happens during a rollout, gets this version and must not cache it.
    pub fn route<S: Clone + Send + Sync + 'static>(&'static self) -> Router<S> {
        let serve = async |RawQuery(query): RawQuery| {
            let current = query.is_some_and(|query| query == format!("v={:016x}", self.hash));
            let keep = if current { "public, max-age=31536000, immutable" } else { "no-cache" };
            ([(header::CONTENT_TYPE, self.kind), (header::CACHE_CONTROL, keep)], self.content).into_response()
        };
        Router::new().route(self.path, get(serve))
    }
}

/// FNV-1a, a hash that can be computed at compile time.
const fn fnv1a(content: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut index = 0;
    while index < content.len() {
        hash = (hash ^ content[index] as u64).wrapping_mul(0x0000_0100_0000_01b3);
        index += 1;
    }
    hash
}

/// Replaces the 16 zeros at the end of the template with the hash.
const fn with_hash<const N: usize>(mut template: [u8; N], hash: u64) -> [u8; N] {
    let mut digit = 0;
    while digit < 16 {
        template[N - 1 - digit] = b"0123456789abcdef"[(hash >> (4 * digit) & 15) as usize];
        digit += 1;
    }
    template
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request};
    use tower::ServiceExt;

    use super::*;

    async fn cache_control(url: &str) -> String {
        let request = Request::get(url).body(Body::empty()).expect("a request");
        let response = assets::<()>().oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), 200);
        response.headers()[header::CACHE_CONTROL].to_str().expect("text").to_owned()
    }

    #[tokio::test]
    async fn only_the_current_version_is_cached() {
        assert_eq!(BASE_CSS_URL, BASE_CSS.url());
        assert!(cache_control(BASE_CSS_URL).await.contains("immutable"));
        assert_eq!(cache_control("/assets/base.css").await, "no-cache");
        assert_eq!(cache_control("/assets/base.css?v=0123456789abcdef").await, "no-cache");
    }
}

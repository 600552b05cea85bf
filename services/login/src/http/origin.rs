//! Forms are taken from our own pages only, on top of the cookie's `SameSite=Lax`.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use chassis::problem::Problem;
use http::{HeaderMap, StatusCode, header, request::Parts};

use crate::app::App;

/// The request was made by a page of ours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameOrigin;

impl FromRequestParts<App> for SameOrigin {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let foreign =
            || Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "This form is taken from login's own pages only.");
        is_ours(&parts.headers, &app.issuer.origin()).then_some(Self).ok_or_else(foreign)
    }
}

impl OptionalFromRequestParts<App> for SameOrigin {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Self::Rejection> {
        Ok(is_ours(&parts.headers, &app.issuer.origin()).then_some(Self))
    }
}

fn is_ours(headers: &HeaderMap, ours: &str) -> bool {
    match headers.get(header::ORIGIN).map(|value| value.as_bytes()) {
        Some(origin) if origin != b"null" => origin == ours.as_bytes(),
        // A referrer policy can keep the origin back; what the browser says of the site can't be forged by a page.
        _ => headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_ours() {
        let ours = "http://localhost:8180";
        let from = |pairs: &[(&'static str, &'static str)]| {
            let headers =
                pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
            is_ours(&headers.collect::<HeaderMap>(), ours)
        };
        assert!(from(&[("origin", "http://localhost:8180")]));
        assert!(from(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("origin", "null"), ("sec-fetch-site", "same-site")]));
        assert!(!from(&[]));
    }
}

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use crate::problem::Problem;

/// Whether the request was sent by a page of `origin`, by the headers of the browser.
pub fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get(header::ORIGIN).map(|value| value.as_bytes()) {
        Some(stated) if stated != b"null" => stated == origin.as_bytes(),
        // A referrer policy can hide the origin. A page cannot forge `Sec-Fetch-Site`.
        _ => headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
    }
}

/// Middleware against cross-site request forgery: rejects unsafe methods from other origins with 403.
///
/// It is needed for pages with a session cookie, in addition to `SameSite=Lax`:
/// `.layer(from_fn(move |request, next| same_origin(origin.clone(), request, next)))`. An API with bearer tokens does not
/// need it.
pub async fn same_origin(origin: impl AsRef<str>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_same_origin(request.headers(), origin.as_ref()) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "This form was sent from another site.").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_origin_are_accepted() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            let headers =
                pairs.iter().map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")));
            is_same_origin(&headers.collect::<HeaderMap>(), "http://localhost:8080")
        };
        assert!(from(&[("origin", "http://localhost:8080")]));
        assert!(from(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(from(&[("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("origin", "http://evil.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!from(&[("origin", "null"), ("sec-fetch-site", "same-site")]));
        assert!(!from(&[]));
    }
}

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};

use crate::problem::Problem;

/// Whether a page of this origin made the request, as its browser says.
pub fn is_same_origin(headers: &HeaderMap, origin: &str) -> bool {
    match headers.get(header::ORIGIN).map(|value| value.as_bytes()) {
        Some(stated) if stated != b"null" => stated == origin.as_bytes(),
        // A referrer policy can keep the origin back; what the browser says of the site can't be forged by a page.
        _ => headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin"),
    }
}

/// Takes what changes something from pages of this origin only, on top of the session cookie's `SameSite=Lax`. For
/// pages with a session cookie: `.layer(from_fn(move |request, next| same_origin(origin.clone(), request, next)))`.
/// An API with bearer tokens needs none of it.
pub async fn same_origin(origin: impl AsRef<str>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_same_origin(request.headers(), origin.as_ref()) {
        return next.run(request).await;
    }
    Problem::new(StatusCode::FORBIDDEN, "foreign_origin", "Forms are taken from this site's own pages only.")
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_ours() {
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

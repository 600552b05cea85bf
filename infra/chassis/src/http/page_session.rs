//! Each request of a page names the session that the page was made for. A page may stay open while its person signs out
//! and another one signs in: the browser then sends the other person's cookie with the requests of the first one's page.
//!
//! A page puts [`page_session`] of its cookie into each form as a hidden field [`PAGE_SESSION`], into the URL of a stream
//! as a parameter of that name, and into the header `X-Page-Session` of requests by script.

use axum::{
    body::Body,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, StatusCode, header};
use url::form_urlencoded;

use super::extract;
use crate::{problem::Problem, secret};

/// The name of the form field, and of the parameter of a URL.
pub const PAGE_SESSION: &str = "page_session";

const HEADER: HeaderName = HeaderName::from_static("x-page-session");

/// Returns the name of a session in its pages. The cookie cannot be computed from it.
pub fn page_session(cookie: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(secret::hash(&format!("page session {cookie}")))
}

/// Middleware against pages of another session: rejects a request that names another session than its cookie's, with
/// 409 `other_session`.
///
/// `.layer(from_fn(move |request, next| same_session(cookie.clone(), request, next)))`. A request that names no session
/// passes, because pages of an earlier version are open during a rollout. So does one without the cookie: the handler
/// treats it as signed out.
pub async fn same_session(cookie_name: impl AsRef<str>, request: Request, next: Next) -> Response {
    match expect_same_session(cookie_name.as_ref(), request).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The check of [`same_session`], for a product that shows its own page. Returns the request unchanged.
///
/// # Errors
/// 409 `other_session`. 413 for a form that is too long.
pub async fn expect_same_session(cookie_name: &str, request: Request) -> Result<Request, Problem> {
    let Some(current) = cookie(request.headers(), cookie_name).map(page_session) else { return Ok(request) };
    let (request, named) = named(request).await?;
    if named.is_none_or(|named| secret::constant_time_eq(named.as_bytes(), current.as_bytes())) {
        return Ok(request);
    }
    let detail = "This page belongs to another session. Open it again.";
    Err(Problem::new(StatusCode::CONFLICT, "other_session", detail))
}

/// Reads the session that a request names, and returns the request unchanged.
async fn named(request: Request) -> Result<(Request, Option<String>), Problem> {
    let header = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let stated = header.or_else(|| parameter(request.uri().query().unwrap_or_default().as_bytes()));
    if stated.is_some() || !is_form(request.headers()) {
        return Ok((request, stated));
    }
    let (parts, body) = request.into_parts();
    let form = extract::body(Request::from_parts(parts.clone(), body), &()).await?;
    let stated = parameter(&form);
    Ok((Request::from_parts(parts, Body::from(form)), stated))
}

fn parameter(pairs: &[u8]) -> Option<String> {
    form_urlencoded::parse(pairs).find(|(name, _)| name == PAGE_SESSION).map(|(_, value)| value.into_owned())
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(|kind| kind.as_bytes().to_ascii_lowercase());
    kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded"))
}

/// The last cookie of the name, as `CookieJar` reads it: a browser sends two when their paths differ.
fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.rfind(|(found, _)| *found == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use axum::{Router, middleware, routing::post};
    use tower::ServiceExt;

    use super::*;

    /// Sends a request to a router whose handler returns its body.
    async fn send(uri: &str, headers: &[(HeaderName, String)], form: String) -> (StatusCode, String) {
        let router = Router::new()
            .route("/", post(async |body: String| body))
            .layer(middleware::from_fn(|request, next| same_session("session", request, next)));
        let mut request = Request::post(uri).header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let response = router.oneshot(request.body(Body::from(form)).expect("a request")).await.expect("infallible");
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn a_request_of_another_sessions_page_is_rejected() {
        let (bob, amy) = (page_session("bob"), page_session("amy"));
        let cookie = (header::COOKIE, "theme=dark; session=amy".to_owned());
        for (named, expected) in [(&bob, StatusCode::CONFLICT), (&amy, StatusCode::OK)] {
            let form = format!("interests=music&{PAGE_SESSION}={named}");
            let (status, body) = send("/", std::slice::from_ref(&cookie), form.clone()).await;
            assert_eq!(status, expected, "a form");
            assert!(expected != StatusCode::OK || body == form, "the handler reads the whole form: {body}");
            let (status, _) =
                send(&format!("/?{PAGE_SESSION}={named}"), std::slice::from_ref(&cookie), String::new()).await;
            assert_eq!(status, expected, "a URL");
            let (status, _) = send("/", &[cookie.clone(), (HEADER, named.clone())], String::new()).await;
            assert_eq!(status, expected, "a header");
        }
    }

    #[tokio::test]
    async fn the_last_cookie_of_a_name_counts() {
        let cookie = (header::COOKIE, "session=bob; session=amy".to_owned());
        for (named, expected) in [("bob", StatusCode::CONFLICT), ("amy", StatusCode::OK)] {
            let form = format!("{PAGE_SESSION}={}", page_session(named));
            assert_eq!(send("/", std::slice::from_ref(&cookie), form).await.0, expected, "{named}");
        }
    }

    #[tokio::test]
    async fn a_request_without_a_name_or_without_a_cookie_passes() {
        let cookie = (header::COOKIE, "session=amy".to_owned());
        assert_eq!(send("/", &[cookie], "interests=music".into()).await.0, StatusCode::OK);
        let form = format!("{PAGE_SESSION}={}", page_session("bob"));
        assert_eq!(send("/", &[], form).await.0, StatusCode::OK);
    }
}

//! Every kind of error in what each kind of client reads.

use std::future;

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::Request,
    routing::{get, post},
};
use http::{Method, StatusCode, request::Builder};
use tower::ServiceExt;

use super::super::*;
use crate::http::{Form, public};

const PAGE: &str = "text/html; charset=utf-8";
const PROBLEM: &str = "application/problem+json";

/// `Accept` of browsers, in its variants.
const BROWSERS: &[Option<&str>] = &[
    Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"),
    Some("text/html, text/*;q=0.5, image/*"),
    Some("application/xhtml+xml"),
    Some("application/json;q=0.8, text/html;q=0.9"),
];

/// `Accept` of programs. The last one has none.
const PROGRAMS: &[Option<&str>] = &[
    Some("*/*"),
    Some("application/json"),
    Some("application/problem+json, text/html;q=0.9"),
    Some("application/*"),
    Some("text/html;q=0"),
    Some("text/event-stream"),
    Some(""),
    None,
];

/// Method, path, size of the form, and the status.
const ERRORS: &[(&str, &str, usize, u16)] = &[
    ("GET", "/nowhere", 0, 404),
    ("POST", "/nowhere", 10, 404),
    ("GET", "/form", 0, 405),
    ("DELETE", "/busy", 0, 405),
    ("PROPFIND", "/busy", 0, 405),
    ("PROPFIND", "/nowhere", 0, 404),
    ("POST", "/form", (1 << 20) + 1, 413),
    ("GET", "/limited", 0, 429),
    ("GET", "/panic", 0, 500),
    ("GET", "/busy", 0, 503),
    ("GET", "/hangs", 0, 504),
    ("GET", "/problems/unheard_of", 0, 404),
];

fn router() -> Router {
    let limited = || Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", "Wait.");
    let limited = move || future::ready(limited().retry_after(std::time::Duration::from_secs(7)));
    let router = Router::new()
        .route("/busy", get(async || Problem::unavailable("The database is unavailable.")))
        .route("/form", post(async |_: Form<Vec<(String, String)>>| StatusCode::OK))
        .route("/hangs", get(future::pending::<StatusCode>))
        .route("/limited", get(limited))
        .route("/panic", get(async || -> StatusCode { panic!("a bug") }));
    public(router, "test", &"http://test.example".parse().expect("a URL"), &[])
}

async fn answer(method: &str, path: &str, accept: Option<&str>, form: usize) -> Response {
    let request =
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = accept.into_iter().fold(request, |request: Builder, accept| request.header(header::ACCEPT, accept));
    let body = if form == 0 { Body::empty() } else { Body::from("x".repeat(form)) };
    router().oneshot(request.body(body).expect("a request")).await.expect("infallible")
}

fn text(headers: &HeaderMap, name: &str) -> String {
    headers.get(name).map(|value| value.to_str().expect("text").to_owned()).unwrap_or_default()
}

#[tokio::test(start_paused = true)]
async fn a_browser_gets_a_page_and_a_program_a_problem() {
    let clients = [(BROWSERS, PAGE), (PROGRAMS, PROBLEM)];
    for (accepts, kind) in clients {
        for (accept, (method, path, form, status)) in
            accepts.iter().flat_map(|accept| ERRORS.iter().map(move |error| (accept, error)))
        {
            let answer = answer(method, path, *accept, *form).await;
            let what = format!("{method} {path} for {accept:?}");
            assert_eq!(answer.status().as_u16(), *status, "{what}");
            assert_eq!(text(answer.headers(), "content-type"), kind, "{what}");
            assert_eq!(text(answer.headers(), "cache-control"), "no-store", "{what}");
            assert_eq!(text(answer.headers(), "x-content-type-options"), "nosniff", "{what}");
            assert_eq!(text(answer.headers(), "x-frame-options"), "DENY", "{what}");
            assert!(!text(answer.headers(), "referrer-policy").is_empty(), "{what}");
            let policy = text(answer.headers(), "content-security-policy");
            assert!(kind == PROBLEM || policy.contains("default-src 'self'"), "{what}: {policy}");
            let wait = match status {
                429 => "7",
                503 => "1",
                _ => "",
            };
            assert_eq!(text(answer.headers(), "retry-after"), wait, "{what}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_request_gets_the_head_of_the_same_answer() {
    for (accept, kind) in [(BROWSERS[0], PAGE), (PROGRAMS[0], PROBLEM)] {
        for (_, path, _, status) in ERRORS.iter().filter(|(method, ..)| *method == "GET") {
            let [head, get] = [answer("HEAD", path, accept, 0).await, answer("GET", path, accept, 0).await];
            assert_eq!(
                (head.status().as_u16(), text(head.headers(), "content-type").as_str()),
                (*status, kind),
                "{path}"
            );
            let length = text(head.headers(), "content-length");
            let expected = get.body().size_hint().exact().expect("a size").to_string();
            assert!(length.is_empty() || length == expected, "{path}: {length} instead of {expected}");
        }
    }
}

#[tokio::test]
async fn an_unknown_method_has_an_allow_header() {
    for accept in [BROWSERS[0], PROGRAMS[0]] {
        let answer = answer(Method::DELETE.as_str(), "/form", accept, 0).await;
        assert_eq!(text(answer.headers(), "allow"), "POST");
    }
}

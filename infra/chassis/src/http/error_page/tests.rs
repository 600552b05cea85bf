mod negotiation;

use axum::{Router, body::Body, response::Html, routing::get};
use http::Method;
use tower::ServiceExt;

use super::*;
use crate::http::{public, public_framed};

/// Every status of an error.
fn statuses() -> impl Iterator<Item = StatusCode> {
    (400..600).filter_map(|status| StatusCode::from_u16(status).ok())
}

fn router() -> Router {
    Router::new()
        .route("/", get(StatusCode::OK))
        .route("/panic", get(async || -> StatusCode { panic!("a bug") }))
        .route("/busy", get(async || Problem::unavailable("The database is unavailable.")))
        .route("/plain", get(async || (StatusCode::BAD_REQUEST, "Invalid URL")))
        .route("/own", get(async || (StatusCode::NOT_FOUND, Html("<h1>own</h1>"))))
        .route("/oauth", get(async || (StatusCode::BAD_REQUEST, axum::Json("invalid_client"))))
        .route("/page", get(page_of_a_problem))
        .route("/form", axum::routing::post(async |_: super::super::Form<Vec<(String, String)>>| StatusCode::OK))
}

async fn page_of_a_problem() -> Response {
    let problem = Problem::not_found("invitation_not_found", "No such invitation.");
    with_head_of(problem.into_response(), Html("<h1>No such invitation</h1>").into_response())
}

async fn send(router: Router, request: Request) -> (StatusCode, HeaderMap, String) {
    let response = router.oneshot(request).await.expect("infallible");
    let (status, headers) = (response.status(), response.headers().clone());
    let body = axum::body::to_bytes(response.into_body(), 100_000).await.expect("a body");
    (status, headers, String::from_utf8_lossy(&body).into_owned())
}

async fn open(path: &str, accept: &str, language: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(path).header("accept", accept).header("accept-language", language);
    let url = "http://test.example".parse().expect("a URL");
    send(public(router(), "test", &url, &[]), request.body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn a_browser_gets_a_page_in_its_language() {
    for (path, status, english, korean) in [
        ("/nowhere", 404, "Page not found", "페이지를 찾을 수 없습니다"),
        ("/form", 405, "This page cannot be opened like this", "이 방법으로는"),
        ("/plain", 400, "This could not be read", "요청을 읽을 수 없습니다"),
        ("/panic", 500, "Something went wrong", "문제가 발생했습니다"),
        ("/busy", 503, "Not available right now", "지금은 이용할 수 없습니다"),
        ("/problems/unheard_of", 404, "Page not found", "페이지를 찾을 수 없습니다"),
    ] {
        for (language, title) in [("en", english), ("ko", korean)] {
            let (got, headers, page) = open(path, "text/html,*/*;q=0.8", language).await;
            assert_eq!(got, status, "{path}");
            assert_eq!(headers["content-type"], "text/html; charset=utf-8", "{path}");
            assert_eq!(headers["cache-control"], "no-store", "{path}");
            assert!(
                headers["content-security-policy"].to_str().is_ok_and(|policy| policy.contains("'self'")),
                "{path}"
            );
            assert!(page.contains(&format!(r#"<html lang="{language}">"#)) && page.contains(title), "{path}: {page}");
        }
    }
}

#[tokio::test]
async fn a_page_keeps_the_headers_of_the_problem() {
    let (_, headers, _) = open("/busy", "text/html", "en").await;
    assert_eq!(headers["retry-after"], "1");
    let (_, headers, _) = open("/form", "text/html", "en").await;
    assert_eq!(headers["allow"], "POST");
    let (_, headers, page) = open("/nowhere", "text/html", "en").await;
    let length = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
    assert!(length.is_none_or(|length: usize| length == page.len()), "{length:?}");
}

#[tokio::test]
async fn a_program_gets_a_problem() {
    for accept in ["*/*", "application/json", "image/webp"] {
        for (path, code) in [
            ("/nowhere", "not_found"),
            ("/form", "method_not_allowed"),
            ("/plain", "invalid_request"),
            ("/panic", "internal"),
        ] {
            let (_, headers, body) = open(path, accept, "ko").await;
            assert_eq!(headers["content-type"], "application/problem+json", "{path} {accept}");
            assert!(body.contains(&format!(r#""code":"{code}""#)), "{path} {accept}: {body}");
        }
    }
    let (status, headers, body) = open("/page", "application/json", "en").await;
    assert_eq!(
        (status, &headers["content-type"]),
        (StatusCode::NOT_FOUND, &"application/problem+json".parse().expect("a type"))
    );
    assert!(body.contains("invitation_not_found"), "{body}");
    let (_, headers, _) = open("/page", "*/*", "en").await;
    assert_eq!(headers["content-type"], "text/html; charset=utf-8", "the address is a page's");
}

#[tokio::test]
async fn what_has_a_body_of_its_own_keeps_it() {
    let (_, _, page) = open("/own", "text/html", "en").await;
    assert_eq!(page, "<h1>own</h1>");
    let (_, headers, _) = open("/oauth", "text/html", "en").await;
    assert_eq!(headers["content-type"], "application/json");
}

#[tokio::test]
async fn refused_forms_are_pages() {
    let url = "http://test.example".parse().expect("a URL");
    for (kind, body, status, title) in [
        ("text/plain", "x".to_owned(), 415, "This could not be read"),
        ("application/x-www-form-urlencoded", "x".repeat(1024 * 1024 + 1), 413, "This is too large"),
    ] {
        let request = Request::builder().method(Method::POST).uri("/form").header("accept", "text/html");
        let request = request.header("content-type", kind).body(Body::from(body)).expect("a request");
        let (got, headers, page) = send(public(router(), "test", &url, &[]), request).await;
        assert_eq!(
            (got.as_u16(), &headers["content-type"]),
            (status, &"text/html; charset=utf-8".parse().expect("a type"))
        );
        assert!(page.contains(title), "{page}");
    }
}

#[tokio::test]
async fn a_product_frames_its_error_pages() {
    let url = "http://test.example".parse().expect("a URL");
    let frame = |parts: Parts, error: ErrorPage| async move {
        let title = error.title(Locale::En);
        (parts.uri.path() != "/busy").then(|| Html(format!("<header>Mina</header>{title}")).into_response())
    };
    for (path, expected) in [("/nowhere", "<header>Mina</header>Page not found"), ("/panic", "Mina"), ("/busy", "test")]
    {
        let request = Request::get(path).header("accept", "text/html").body(Body::empty()).expect("a request");
        let (_, _, page) = send(public_framed(router(), "test", &url, &[], frame), request).await;
        assert!(page.contains(expected), "{path}: {page}");
    }
}

#[test]
fn every_error_has_texts_in_each_language() {
    let codes = ["other_session", "foreign_origin", "any"];
    for status in statuses() {
        for code in codes {
            let error = ErrorPage::from(Problem::new(status, code, ""));
            let [korean, english] = Locale::ALL.map(|locale| (error.title(locale), error.text(locale)));
            assert!(!korean.0.starts_with("error-") && !english.0.starts_with("error-"), "{status} {code}");
            assert!(!korean.1.starts_with("error-") && !english.1.starts_with("error-"), "{status} {code}");
            assert!(korean.0 != english.0 && korean.1 != english.1, "{status} {code} in both languages");
        }
    }
    for locale in Locale::ALL {
        assert_ne!(Texts::new(&LOCALES, locale).get("error-home"), "error-home");
        let error = ErrorPage { problem: by_status(StatusCode::BAD_GATEWAY), trace_id: Some("4bf9".into()) };
        assert!(error.number(locale).is_some_and(|number| number.contains("4bf9")));
    }
}

#[test]
fn the_problem_of_a_status_keeps_the_status() {
    for status in statuses() {
        assert_eq!(by_status(status).status(), status);
    }
}

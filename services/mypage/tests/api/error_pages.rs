//! Error pages: in the person's language, below the header that all pages have.

use reqwest::{Method, Response};
use serde_json::Value;

use crate::{browser::Browser, events, harness::TestApp};

const PROBLEM: &str = "application/problem+json";
const SIGN_OUT: &str = "action=\"/auth/sign-out\"";

async fn page(response: Response, status: u16) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    response.text().await.expect("a page")
}

/// Requests that fail, with their status.
async fn failures(browser: &Browser) -> Vec<(&'static str, Response, u16)> {
    let form = |origin: &str, body: String| {
        let request = browser.request(Method::POST, "/preferences").header("origin", origin);
        browser.send(request.header("content-type", "application/x-www-form-urlencoded").body(body))
    };
    let foreign = form("https://evil.example", String::new()).await;
    vec![
        ("an unknown path", browser.get("/nowhere").await, 404),
        ("a form's address", browser.get("/preferences").await, 405),
        ("an unreadable query", browser.get("/?before=yesterday").await, 422),
        ("a foreign form", foreign, 403),
        ("an unknown interest", browser.post("/preferences", &[("interests", "astrology")]).await, 422),
        ("a form that is too long", browser.post("/preferences", &[("x", &"x".repeat(1 << 20))]).await, 413),
    ]
}

#[tokio::test]
async fn a_signed_in_person_keeps_the_header() {
    let test = TestApp::alone().await;
    let mina = test.person();
    test.consume(&events::user(mina, "Mina", 1)).await.expect("consumed");
    let browser = test.signed_in(mina).await;
    for (what, response, status) in failures(&browser).await {
        let page = page(response, status).await;
        assert!(
            page.contains(SIGN_OUT) && page.contains("lang=\"ko\"") && !page.contains("/auth/sign-in"),
            "{what}: {page}"
        );
    }
    let missing = page(browser.get("/nowhere").await, 404).await;
    assert!(missing.contains("페이지를 찾을 수 없습니다"), "{missing}");
    let forbidden = page(browser.get("/usage").await, 403).await;
    assert!(forbidden.contains("관리자 전용") && forbidden.contains(SIGN_OUT), "{forbidden}");
}

#[tokio::test]
async fn signing_out_works_from_an_error_page() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    let policy = browser.get("/nowhere").await.headers()["content-security-policy"].to_str().expect("text").to_owned();
    let home = browser.get("/").await.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert_eq!(policy, home, "the form of the header redirects to login");
}

#[tokio::test]
async fn a_signed_out_browser_is_offered_to_sign_in() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let page = page(browser.get("/nowhere").await, 404).await;
    assert!(page.contains("href=\"/auth/sign-in\"") && !page.contains(SIGN_OUT), "{page}");
    assert!(page.contains("Page not found"), "{page}");
}

#[tokio::test]
async fn a_program_gets_problems() {
    let test = TestApp::alone().await;
    let (browser, program) = (test.browser(), reqwest::Client::builder().no_proxy().build().expect("a client"));
    for (path, status, code) in [
        ("/nowhere", 404, "not_found"),
        ("/preferences", 405, "method_not_allowed"),
        ("/auth/callback?state=x", 400, "sign_in_failed"),
        ("/v1/me", 401, "unauthenticated"),
    ] {
        let request = program.get(format!("{}{path}", test.base)).header("accept", "application/json");
        let answer = request.send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.headers()["content-type"] == PROBLEM), (status, true), "{path}");
        assert_eq!(answer.json::<Value>().await.expect("JSON")["code"], code, "{path}");
        let answer = browser.get(path).await;
        assert!(answer.headers().contains_key("content-security-policy"), "{path}");
        page(answer, status).await;
    }
}

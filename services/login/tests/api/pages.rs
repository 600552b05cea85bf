use reqwest::{StatusCode, header};

use crate::harness::TestApp;

#[tokio::test]
async fn pages_speak_the_browsers_language() {
    let login = TestApp::start().await;
    for (asked, expected, text) in
        [("ko-KR,ko;q=0.9,en;q=0.8", "ko", "로그인"), ("en-GB", "en", "Sign in"), ("fr", "en", "Sign in")]
    {
        for path in ["/", "/sign-in", "/sign-up", "/forgot-password"] {
            let request = login.http.get(login.url(path)).header(header::ACCEPT_LANGUAGE, asked);
            let page = request.send().await.expect("an answer").text().await.expect("a page");
            assert!(page.contains(&format!(r#"<html lang="{expected}">"#)) && page.contains(text), "{path} {asked}");
        }
    }
}

#[tokio::test]
async fn pages_are_shut_against_scripts_and_frames() {
    let login = TestApp::start().await;
    for path in [
        "/",
        "/sign-in",
        "/sign-up",
        "/invitations/nothing",
        "/verify/nothing",
        "/reset-password/nothing",
        "/forgot-password",
        "/dev/mailbox",
        "/authorize",
    ] {
        let response = login.look(path, "").await;
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(
            policy.starts_with("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{path}");
        let page = response.text().await.expect("a page");
        let ours = page.matches(r#"<script type="module" src="/assets/"#).count();
        assert!(page.matches("<script").count() == ours && !page.contains("style="), "{path}");
    }
}

#[tokio::test]
async fn what_people_write_stays_text() {
    let login = TestApp::start().await;
    let response = login.form("/sign-in", "", &[("email", "\"><script>alert(1)</script>"), ("password", "x")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!response.text().await.expect("a page").contains("<script>"));
}

#[tokio::test]
async fn the_style_is_served() {
    let login = TestApp::start().await;
    let page = login.look("/", "").await.text().await.expect("a page");
    let style =
        page.split(r#"rel="stylesheet" href=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
    assert_eq!(login.look(style, "").await.status(), StatusCode::OK);
}

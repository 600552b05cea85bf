use reqwest::{StatusCode, header};

use crate::harness::TestApp;

#[tokio::test]
async fn pages_use_the_browsers_language() {
    let login = TestApp::start().await;
    for (language, expected, text) in
        [("ko-KR,ko;q=0.9,en;q=0.8", "ko", "로그인"), ("en-GB", "en", "Sign in"), ("fr", "en", "Sign in")]
    {
        for path in ["/", "/sign-in", "/sign-up", "/forgot-password"] {
            let request = login.http.get(login.url(path)).header(header::ACCEPT_LANGUAGE, language);
            let page = request.send().await.expect("response").text().await.expect("page text");
            assert!(page.contains(&format!(r#"<html lang="{expected}">"#)) && page.contains(text), "{path} {language}");
        }
    }
}

#[tokio::test]
async fn pages_forbid_scripts_and_frames() {
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
        let response = login.visit(path, "").await;
        let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(
            policy.starts_with("default-src 'self'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{path}");
        let page = response.text().await.expect("page text");
        let ours = page.matches(r#"<script type="module" src="/assets/"#).count();
        assert!(page.matches("<script").count() == ours && !page.contains("style="), "{path}");
    }
}

#[tokio::test]
async fn pages_escape_user_input() {
    let login = TestApp::start().await;
    let response = login.form("/sign-in", "", &[("email", "\"><script>alert(1)</script>"), ("password", "x")]).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!response.text().await.expect("page text").contains("<script>"));
}

#[tokio::test]
async fn the_style_is_served() {
    let login = TestApp::start().await;
    let page = login.visit("/", "").await.text().await.expect("page text");
    let style =
        page.split(r#"rel="stylesheet" href=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a style sheet");
    assert_eq!(login.visit(style, "").await.status(), StatusCode::OK);
}

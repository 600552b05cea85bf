//! Access tokens are refreshed shortly before they end, once at a time.

use chrono::Duration;

use crate::{
    fake,
    harness::{NOBODY, TestApp},
};

async fn with_ad() -> TestApp {
    TestApp::with_peers(NOBODY, &fake::ad::FakeAd { hangs: false }.start().await).await
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends_and_by_one_request_only() {
    let test = with_ad().await;
    let browser = test.signed_in(test.somebody()).await;
    test.clock.advance(Duration::seconds(260));
    browser.get("/").await;
    assert_eq!(test.oidc.mutable().refreshes, 0, "40 s left");

    test.clock.advance(Duration::seconds(20));
    let pages = futures::future::join_all((0..5).map(|_| browser.get("/"))).await;
    for page in pages {
        assert!(page.text().await.expect("a page").contains("Read more"), "all have a token");
    }
    assert_eq!(test.oidc.mutable().refreshes, 1);
}

#[tokio::test]
async fn the_page_works_without_a_token_while_login_is_down_and_with_one_again_later() {
    let test = with_ad().await;
    let browser = test.signed_in(test.somebody()).await;
    test.clock.advance(Duration::hours(1));
    test.oidc.mutable().failure = Some((503, "temporarily_unavailable"));
    let page = browser.get("/").await.text().await.expect("a page");
    assert!(page.contains("Hello, Mina Kim") && page.contains("No ad right now"), "{page}");
    test.oidc.mutable().failure = None;
    assert!(browser.get("/").await.text().await.expect("a page").contains("Read more"));
}

#[tokio::test]
async fn a_refused_refresh_ends_the_session() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.somebody()).await;
    test.clock.advance(Duration::hours(1));
    test.oidc.mutable().failure = Some((400, "invalid_grant"));
    assert_eq!(crate::browser::location(&browser.get("/").await), "/");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
}

#[tokio::test]
async fn tokens_and_cookies_are_not_readable_in_the_database() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.somebody()).await;
    let (sealed, hash): (Vec<u8>, Vec<u8>) =
        sqlx::query_as("SELECT sealed_tokens, token_hash FROM web_session JOIN web_session_key USING (web_session_id)")
            .fetch_one(&test.superuser)
            .await
            .expect("the session");
    assert!(!String::from_utf8_lossy(&sealed).contains("access_token"));
    let cookie = &browser.cookies()["mypage_session"];
    assert_eq!(hash, chassis::secret::hash(cookie));
}

#[tokio::test]
async fn tokens_of_another_key_end_the_session() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.somebody()).await;
    sqlx::query("UPDATE web_session SET sealed_tokens = '\\x00'").execute(&test.superuser).await.expect("damaged");
    assert_eq!(crate::browser::location(&browser.get("/").await), "/");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
}

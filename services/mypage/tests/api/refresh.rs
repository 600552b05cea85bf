//! Tests of refreshing access tokens.

use std::pin::pin;

use chrono::Duration;
use futures::future::join_all;
use mypage::app::App;
use tokio_util::sync::CancellationToken;

use crate::{
    browser::Browser,
    fake,
    harness::{NO_LISTENER, TestApp},
};

async fn with_ad() -> TestApp {
    TestApp::with_peers(NO_LISTENER, &fake::ad::FakeAd { hangs: false }.start().await).await
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_expires_and_by_one_request_only() {
    let test = with_ad().await;
    let browser = test.signed_in(test.person()).await;
    test.clock.advance(Duration::seconds(260));
    browser.get("/").await;
    assert_eq!(test.oidc.mutable().refreshes, 0, "40 s left");

    test.clock.advance(Duration::seconds(20));
    let pages = join_all((0..5).map(|_| browser.get("/"))).await;
    for page in pages {
        assert!(page.text().await.expect("a page").contains("Read more"), "all have a token");
    }
    assert_eq!(test.oidc.mutable().refreshes, 1);
}

#[tokio::test]
async fn the_page_works_without_a_token_while_login_is_down_and_recovers() {
    let test = with_ad().await;
    let browser = test.signed_in(test.person()).await;
    test.clock.advance(Duration::hours(1));
    test.oidc.mutable().failure = Some((503, "temporarily_unavailable"));
    let page = browser.get("/").await.text().await.expect("a page");
    assert!(page.contains("Hello, Mina Kim") && page.contains("No ad right now"), "{page}");
    test.oidc.mutable().failure = None;
    browser.get("/").await;
    assert_eq!(test.oidc.mutable().refresh_requests, 1, "no call during the backoff");
    test.clock.advance(Duration::seconds(2));
    assert!(browser.get("/").await.text().await.expect("a page").contains("Read more"));
}

#[tokio::test]
async fn two_replicas_refresh_once() {
    let test = with_ad().await;
    let one = test.signed_in(test.person()).await;
    let replica = App::new((*test.app.config).clone(), test.clock.clone(), CancellationToken::new()).expect("an app");
    let other = one.at(&support::serve(mypage::http::router(replica)).await);
    test.clock.advance(Duration::hours(1));
    for page in join_all([&one, &other, &one, &other].map(|browser| browser.get("/"))).await {
        assert!(page.text().await.expect("a page").contains("Read more"), "all have a token");
    }
    assert_eq!(test.oidc.mutable().refresh_requests, 1);
}

#[tokio::test]
async fn the_claim_of_a_replica_that_died_expires() {
    let ad = fake::ad::FakeAd { hangs: false }.start().await;
    let test = TestApp::with_deadline(NO_LISTENER, &ad, 300).await;
    let browser = test.signed_in(test.person()).await;
    test.clock.advance(Duration::hours(1));
    sqlx::query("UPDATE web_session SET refreshing_until = $1")
        .bind(test.clock.now() + Duration::seconds(10))
        .execute(&test.superuser)
        .await
        .expect("claimed");
    let page = browser.get("/").await.text().await.expect("a page");
    assert!(page.contains("Hello, Mina Kim") && page.contains("No ad right now"), "{page}");
    assert_eq!(test.oidc.mutable().refresh_requests, 0);
    test.clock.advance(Duration::seconds(10));
    support::eventually("a token", || async {
        browser.get("/").await.text().await.expect("a page").contains("Read more").then_some(())
    })
    .await;
    assert_eq!(test.oidc.mutable().refresh_requests, 1);
}

/// When login hangs, only a few pages wait for it at the same time; the others continue without a token.
#[tokio::test]
async fn pages_are_served_while_login_hangs() {
    let test = TestApp::with_deadline(NO_LISTENER, NO_LISTENER, 300).await;
    let browsers = signed_in(&test, 16).await;
    test.clock.advance(Duration::hours(1));
    test.oidc.mutable().hangs = true;
    let pages = join_all(browsers.iter().chain(&browsers).chain(&browsers).map(|browser| browser.get("/"))).await;
    assert!(pages.iter().all(|page| page.status() == 200));
    assert!(test.oidc.mutable().refresh_requests <= 6, "a few concurrent refreshes");
}

#[tokio::test]
async fn waiting_for_login_holds_no_database_connection() {
    let an_hour = 3_600_000;
    let test = TestApp::with_deadline(NO_LISTENER, NO_LISTENER, an_hour).await;
    let browsers = signed_in(&test, 16).await;
    test.clock.advance(Duration::hours(1));
    test.oidc.mutable().hangs = true;
    let mut pages = pin!(join_all(browsers.iter().map(|browser| browser.get("/"))));
    let connections = async {
        support::eventually("a call", || async { (test.oidc.mutable().refresh_requests > 0).then_some(()) }).await;
        let pool = test.app.db.app();
        let all = (0..pool.options().get_max_connections()).map(|_| pool.acquire());
        assert!(join_all(all).await.iter().all(Result::is_ok), "all are free");
    };
    tokio::select! {
        _ = &mut pages => panic!("pages are answered while login hangs"),
        () = connections => {}
    }
}

async fn signed_in(test: &TestApp, people: usize) -> Vec<Browser> {
    let mut browsers = vec![];
    for _ in 0..people {
        browsers.push(test.signed_in(test.person()).await);
    }
    browsers
}

#[tokio::test]
async fn a_refused_refresh_token_ends_the_session() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    test.clock.advance(Duration::hours(1));
    test.oidc.mutable().failure = Some((400, "invalid_grant"));
    assert_eq!(crate::browser::location(&browser.get("/").await), "/");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
}

#[tokio::test]
async fn tokens_and_cookies_are_not_readable_in_the_database() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
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
async fn tokens_that_cannot_be_decrypted_end_the_session() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    sqlx::query("UPDATE web_session SET sealed_tokens = '\\x00'").execute(&test.superuser).await.expect("damaged");
    assert_eq!(crate::browser::location(&browser.get("/").await), "/");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
}

//! Sign-ins in progress: their cookies, in one tab and in many.

use serde_json::json;

use crate::{
    browser::{Browser, location},
    harness::{ORIGIN, TestApp},
};

#[tokio::test]
async fn a_long_deep_link_does_not_stop_the_sign_in() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let deep = format!("/usage?q={}", "a".repeat(3_000));
    let sign_in = location(&browser.get(&deep).await);
    assert_eq!(sign_in, "/auth/sign-in", "a long path is dropped");
    for path in [sign_in, format!("/auth/sign-in?return_to={deep}")] {
        let answer = browser.get(&path).await;
        for set in answer.headers().get_all("set-cookie") {
            assert!(set.len() < 2_048, "browsers drop cookies of more than 4096 bytes: {}", set.len());
        }
        let back = test.oidc.authorize(&location(&answer), test.person(), &json!({}));
        let there = location(&browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await);
        assert_eq!(there, "/");
    }
}

/// The bytes of the header `Cookie`.
fn cookie_bytes(browser: &Browser) -> usize {
    browser.cookies().iter().map(|(name, value)| name.len() + value.len() + "=; ".len()).sum()
}

#[tokio::test]
async fn sign_ins_in_progress_are_few_and_the_newest_stay() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let path = format!("/auth/sign-in?return_to=/{}", "a".repeat(511));
    let mut started = vec![];
    for _ in 0..30 {
        test.clock.advance(chrono::Duration::seconds(1));
        started.push(location(&browser.get(&path).await));
        assert!(browser.cookies().len() <= 4 && cookie_bytes(&browser) < 5_000, "{}", cookie_bytes(&browser));
    }
    let complete = async |start: &String| {
        let back = test.oidc.authorize(start, test.person(), &json!({}));
        location(&browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await)
    };
    for start in &started[26..] {
        assert!(complete(start).await.starts_with("/aaa"));
    }
    assert_eq!(complete(&started[25]).await, "/", "an old one was given up, and the person is signed in");
}

#[tokio::test]
async fn a_tab_whose_sign_in_was_given_up_opens_the_page_of_the_session() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let mut tabs = vec![];
    for _ in 0..12 {
        test.clock.advance(chrono::Duration::seconds(1));
        tabs.push(location(&browser.get("/auth/sign-in").await));
    }
    let mina = test.person();
    let complete = async |tab: &String| {
        let back = test.oidc.authorize(tab, mina, &json!({}));
        browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await
    };
    let again = location(&complete(&tabs[0]).await);
    assert!(again.contains("/authorize?"), "no tab has signed in yet: {again}");
    complete(&tabs[11]).await;
    let session = browser.cookies()["mypage_session"].clone();
    for tab in [&tabs[0], &tabs[7], &tabs[11]] {
        assert_eq!(location(&complete(tab).await), "/");
        assert_eq!(browser.cookies()["mypage_session"], session, "the session stays");
    }
    assert!(browser.get("/").await.text().await.expect("a page").contains("Hello, Mina Kim"));

    let foreign = browser.get("/auth/callback?state=made-up&code=x&iss=https://evil.example").await;
    assert_eq!((location(&foreign).as_str(), &browser.cookies()["mypage_session"]), ("/", &session));
}

#[tokio::test]
async fn sign_ins_of_tabs_that_start_together_do_not_pile_up() {
    let test = TestApp::alone().await;
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..40 {
        // A browser that restores its tabs sends all requests before it has the first cookie.
        let tab = test.browser();
        tab.get("/auth/sign-in").await;
        names.extend(tab.cookies().into_keys());
    }
    assert!(names.len() <= 4, "{names:?}");
}

#[tokio::test]
async fn sign_ins_of_an_earlier_version_count_and_are_removed() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let old = |number: usize| format!("mypage_sign_in_AbCdEf{number:06}");
    let pairs: Vec<_> = (0..12).map(|number| format!("{}=unreadable", old(number))).collect();
    let request = browser.request(reqwest::Method::GET, "/auth/sign-in").header("cookie", pairs.join("; "));
    let answer = browser.send(request).await;
    let cleared = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter(|set| set.to_str().is_ok_and(|set| set.contains("Max-Age=0")));
    assert_eq!(cleared.count(), 12);
}

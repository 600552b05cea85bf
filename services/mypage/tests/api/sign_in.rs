//! Tests of sign-in and sign-out.

use contracts::login::v1::SessionState;
use mypage::{app::App, http};
use reqwest::Method;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    browser::location,
    events,
    harness::{ORIGIN, TestApp},
};

/// Signs in with changed claims in the ID token, and returns the response of the callback.
async fn sign_in_with(test: &TestApp, tampered: Value) -> reqwest::Response {
    let browser = test.browser();
    let back = test.oidc.authorize(&location(&browser.get("/auth/sign-in").await), test.person(), &json!({}));
    test.oidc.mutable().tampered = Some(tampered);
    browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await
}

#[tokio::test]
async fn a_person_signs_in_sees_the_page_and_signs_out() {
    let test = TestApp::alone().await;
    let landing = test.browser().get("/").await;
    assert_eq!(landing.status(), 200);
    assert!(landing.text().await.expect("a page").contains("/sign-up"));

    let browser = test.signed_in(test.person()).await;
    assert_eq!(browser.cookies().keys().collect::<Vec<_>>(), ["mypage_session"]);
    assert!(browser.get("/").await.text().await.expect("a page").contains("Hello, Mina Kim"));

    let to_login = location(&browser.post("/auth/sign-out", &[]).await);
    assert!(to_login.starts_with(&test.oidc.url.join("/logout?id_token_hint=ey")), "{to_login}");
    assert!(to_login.contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8080%2F"), "{to_login}");
    assert!(browser.cookies().is_empty());
    let sessions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM web_session_key").fetch_one(&test.superuser).await.expect("a count");
    assert_eq!(sessions, 0);
}

#[tokio::test]
async fn a_person_returns_to_the_requested_page_after_the_sign_in() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let sign_in = location(&browser.get("/usage?month=2026-11").await);
    assert_eq!(sign_in, "/auth/sign-in?return_to=%2Fusage%3Fmonth%3D2026-11");
    let back = test.oidc.authorize(&location(&browser.get(&sign_in).await), test.person(), &json!({}));
    let there = location(&browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await);
    assert_eq!(there, "/usage?month=2026-11");
}

/// Whether the page of a failed sign-in leads back to `/usage?month=2026-11`.
async fn leads_back(answer: reqwest::Response) -> bool {
    let page = answer.text().await.expect("a page");
    assert!(page.contains("/auth/sign-in"), "{page}");
    page.contains("href=\"/auth/sign-in?return_to=%2Fusage%3Fmonth%3D2026-11\"")
}

#[tokio::test]
async fn a_sign_in_that_failed_can_be_repeated_with_its_way_back() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let start = async |path: &str| {
        let back = test.oidc.authorize(&location(&browser.get(path).await), test.person(), &json!({}));
        back.strip_prefix(ORIGIN).expect("back to mypage").to_owned()
    };
    let sign_in = "/auth/sign-in?return_to=%2Fusage%3Fmonth%3D2026-11";
    let denied = start(sign_in).await.replace("&code=", "&error=access_denied&code=");
    assert!(leads_back(browser.get(&denied).await).await, "refused at login");
    let back = start(sign_in).await;
    test.oidc.mutable().failure = Some((503, "temporarily_unavailable"));
    assert!(leads_back(browser.get(&back).await).await, "login is down");
    test.clock.advance(chrono::Duration::minutes(11));
    assert!(leads_back(browser.get(&back).await).await, "it took too long");
    let foreign = start("/auth/sign-in?return_to=https%3A%2F%2Fevil.example").await;
    let refused = browser.get(&foreign.replace("&code=", "&error=access_denied&code=")).await;
    let page = refused.text().await.expect("a page");
    assert!(page.contains("href=\"/auth/sign-in\"") && !page.contains("evil"), "{page}");
}

#[tokio::test]
async fn signing_in_again_replaces_the_session_of_the_browser() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    let before = browser.at(&test.base);
    let back = test.oidc.authorize(&location(&browser.get("/auth/sign-in").await), mina, &json!({}));
    browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await;
    assert_ne!(browser.cookies(), before.cookies());
    assert!(browser.get("/").await.text().await.expect("a page").contains("Hello, Mina Kim"));
    assert_eq!(location(&before.get("/usage").await), "/auth/sign-in?return_to=%2Fusage", "the earlier cookie");
}

#[tokio::test]
async fn a_sign_out_leads_to_a_login_at_an_ipv6_address() {
    let test = TestApp::alone().await;
    let mut config = (*test.app.config).clone();
    config.issuer.login_public_url = "http://[::1]:8180".parse().expect("an address");
    config.peers.ad_public_url = "http://[::1]:8280".parse().expect("an address");
    let app = App::new(config, test.clock.clone(), CancellationToken::new()).expect("an app");
    let replica = support::serve(http::router(app)).await;
    let browser = test.signed_in(test.person()).await.at(&replica);
    let page = browser.get("/").await;
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("form-action 'self';") && policy.contains("img-src 'self' data: http:;"), "{policy}");

    let left = browser.post("/auth/sign-out", &[]).await;
    assert_eq!((left.status().as_u16(), left.headers().get("location")), (200, None), "no redirect of the form");
    assert!(!browser.cookies().contains_key("mypage_session"));
    let page = left.text().await.expect("a page");
    let meta = r#"<meta http-equiv="refresh" content="0;url=http://[::1]:8180/logout?id_token_hint=ey"#;
    assert!(page.contains(meta), "{page}");
}

#[tokio::test]
async fn a_sign_in_needs_a_person_who_opens_it() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let ahead = async |path: &str| {
        for (method, name, value) in [
            (Method::HEAD, "accept", "text/html"),
            (Method::GET, "sec-purpose", "prefetch"),
            (Method::GET, "sec-purpose", "prefetch;prerender"),
            (Method::GET, "x-moz", "prefetch"),
        ] {
            let answer = browser.send(browser.request(method, path).header(name, value)).await;
            assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (403, None), "{name}: {value}");
            assert!(!answer.headers().contains_key("set-cookie"), "{name}: {value}");
        }
    };
    ahead("/auth/sign-in").await;
    let back = test.oidc.authorize(&location(&browser.get("/auth/sign-in").await), test.person(), &json!({}));
    let callback = back.strip_prefix(ORIGIN).expect("back to mypage");
    ahead(callback).await;
    let sessions: i64 =
        sqlx::query_scalar("SELECT count(*) FROM web_session_key").fetch_one(&test.superuser).await.expect("a count");
    assert_eq!(sessions, 0);
    assert_eq!(location(&browser.get(callback).await), "/", "the code is not used");
}

#[tokio::test]
async fn an_invalid_id_token_is_rejected() {
    let test = TestApp::alone().await;
    let past = test.clock.now().timestamp() - 1;
    for tampered in [
        json!({ "nonce": "another" }),
        json!({ "aud": "another" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": past }),
        json!({ "azp": "another" }),
        json!({ "sid": null }),
    ] {
        let answer = sign_in_with(&test, tampered.clone()).await;
        assert_eq!(answer.status(), 400, "{tampered}");
        assert!(!answer.headers().contains_key("set-cookie"), "{tampered}");
    }
    test.oidc.mutable().wrong_algorithm = true;
    assert_eq!(sign_in_with(&test, json!({})).await.status(), 400, "an ES256 ID token");
}

#[tokio::test]
async fn a_callback_of_another_browser_or_issuer_is_rejected() {
    let test = TestApp::alone().await;
    let (mina, mallory) = (test.browser(), test.browser());
    let back = test.oidc.authorize(&location(&mina.get("/auth/sign-in").await), test.person(), &json!({}));
    let path = back.strip_prefix(ORIGIN).expect("back to mypage");

    let without_cookie = mallory.get(path).await;
    assert!(location(&without_cookie).starts_with(test.oidc.url.as_str()), "begins its own sign-in");
    assert!(!mallory.cookies().contains_key("mypage_session"), "the code is not used");
    let (other_issuer, _) = path.split_once("&iss=").expect("an issuer");
    assert_eq!(mina.get(other_issuer).await.status(), 400, "without iss");
    assert_eq!(mina.get(&format!("{other_issuer}&iss=https://evil.example")).await.status(), 400);
    assert_eq!(mallory.get(&format!("{other_issuer}&iss=https://evil.example")).await.status(), 400);
    let denied = path.replace("&code=", "&error=access_denied&code=");
    assert_eq!(mina.get(&denied).await.status(), 400, "refused at login");
    test.clock.advance(chrono::Duration::minutes(11));
    let late = mina.get(path).await;
    assert_eq!(late.status(), 400);
    assert!(late.text().await.expect("a page").contains("took too long"));
}

/// The link in an e-mail of login leads back to mypage, also in a browser that did not begin there.
#[tokio::test]
async fn a_sign_in_that_ends_in_another_browser_begins_there_again() {
    let test = TestApp::alone().await;
    let (began, other) = (test.browser(), test.browser());
    let back =
        test.oidc.authorize(&location(&began.get("/auth/sign-in?return_to=/usage").await), test.person(), &json!({}));
    let path = back.strip_prefix(ORIGIN).expect("back to mypage");
    let again = location(&other.get(path).await);
    let back = test.oidc.authorize(&again, test.person(), &json!({}));
    let path = back.strip_prefix(ORIGIN).expect("back to mypage");
    // A browser that accepts no cookies is not redirected for ever.
    let refused = test.browser().get(path).await;
    assert_eq!(refused.status(), 400);
    assert!(refused.text().await.expect("a page").contains("no cookies"));
    assert_eq!(location(&other.get(path).await), "/");
    assert!(other.cookies().contains_key("mypage_session"));
}

#[tokio::test]
async fn a_sign_in_while_login_is_down_shows_a_page_that_says_so() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let back = test.oidc.authorize(&location(&browser.get("/auth/sign-in").await), test.person(), &json!({}));
    test.oidc.mutable().failure = Some((503, "temporarily_unavailable"));
    let answer = browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.expect("a page").contains("Try again"));
}

#[tokio::test]
async fn the_end_of_the_session_at_login_ends_the_browser_session() {
    let test = TestApp::alone().await;
    let (mina, joon) = (test.person(), test.person());
    let (browser, other) = (test.signed_in(mina).await, test.signed_in(joon).await);
    let ended = events::session(mina, SessionState::Ended, test.clock.now());
    test.consume(&ended).await.expect("consumed");
    assert_eq!(location(&browser.get("/usage").await), "/auth/sign-in?return_to=%2Fusage");
    assert!(other.get("/").await.text().await.expect("a page").contains("Hello"));
}

#[tokio::test]
async fn a_session_that_ended_during_the_sign_in_is_rejected() {
    let test = TestApp::alone().await;
    let (mina, browser) = (test.person(), test.browser());
    let back = test.oidc.authorize(&location(&browser.get("/auth/sign-in").await), mina, &json!({}));
    test.consume(&events::session(mina, SessionState::Ended, test.clock.now())).await.expect("consumed");
    assert_eq!(browser.get(back.strip_prefix(ORIGIN).expect("back to mypage")).await.status(), 400);
    assert!(!browser.cookies().contains_key("mypage_session"));

    let day = chrono::Duration::days(1);
    let sweep = |before| mypage::store::ended_session::sweep(test.app.db.worker(), before);
    assert_eq!(sweep(test.clock.now() - day).await.expect("swept"), 0);
    test.clock.advance(day);
    assert_eq!(sweep(test.clock.now() - day).await.expect("swept"), 1);
}

#[tokio::test]
async fn a_form_of_another_site_is_rejected() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    for path in ["/auth/sign-out", "/preferences"] {
        let foreign = browser.request(reqwest::Method::POST, path).header("origin", "https://evil.example");
        assert_eq!(browser.send(foreign.form(&[("ad_consent", "yes")])).await.status(), 403);
        assert_eq!(browser.send(browser.request(reqwest::Method::POST, path)).await.status(), 403);
    }
    assert_eq!(browser.get("/").await.status(), 200);
}

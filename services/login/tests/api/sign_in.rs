use chrono::Duration;
use reqwest::{StatusCode, header};

use crate::harness::{ISSUER, PASSWORD, TestApp, authorize, cookie, location, parameter};

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let mut pages = vec![];
    for email in [tenant.admin_email.as_str(), "nobody@acme.example"] {
        let response = login.form("/sign-in", "", &[("email", email), ("password", "a wrong password")]).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(response.headers().get(header::SET_COOKIE).is_none());
        pages.push(response.text().await.expect("page text").replace(email, ""));
    }
    assert_eq!(pages[0], pages[1]);
}

#[tokio::test]
async fn the_eleventh_attempt_is_throttled_for_any_address() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    for email in [tenant.admin_email.as_str(), "nobody@acme.example"] {
        for _ in 0..10 {
            let response = login.form("/sign-in", "", &[("email", email), ("password", "a wrong password")]).await;
            assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        }
        let response = login.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await;
        assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(response.headers()[header::RETRY_AFTER], "900");
    }
    login.clock.advance(Duration::minutes(15));
    login.sign_in(&tenant.admin_email).await;
}

#[tokio::test]
async fn a_success_resets_the_attempts() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    for _ in 0..2 {
        for _ in 0..9 {
            login.form("/sign-in", "", &[("email", &tenant.admin_email), ("password", "a wrong password")]).await;
        }
        login.sign_in(&tenant.admin_email).await;
    }
}

#[tokio::test]
async fn a_sign_in_continues_to_the_requesting_client() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let response = login.visit(&authorize("public", &[("prompt", "login"), ("ui_locales", "ko")]), "").await;
    let sign_in = location(&response);
    assert!(sign_in.starts_with("/sign-in?return_to=%2Fauthorize"), "{sign_in}");
    let page = login.visit(&sign_in, "").await;
    let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.contains("form-action 'self' http://127.0.0.1:9999;"), "{policy}");
    assert!(page.text().await.expect("page text").contains(r#"<html lang="ko">"#));

    let signed_in = login.form(&sign_in, "", &[("email", &tenant.admin_email), ("password", PASSWORD)]).await;
    let answer = login.visit(&location(&signed_in), &cookie(&signed_in)).await;
    assert!(parameter(&location(&answer), "code").is_some());
}

#[tokio::test]
async fn the_first_supported_language_of_ui_locales_counts() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for (locales, expected) in [("fr ko", "ko"), ("fr-CA en-GB ko", "en"), ("fr", "en"), ("  ko-KR", "ko")] {
        let request = authorize("public", &[("ui_locales", locales)]);
        let page = login.visit(&location(&login.visit(&request, "").await), "").await;
        let page = page.text().await.expect("page text");
        assert!(page.contains(&format!(r#"<html lang="{expected}">"#)), "{locales}");
    }
    // A sign-out without a session's language keeps the requested one from page to page.
    let cookie = login.sign_in(&acme.admin_email).await;
    let page = login.visit("/logout?ui_locales=fr+ko", &cookie).await.text().await.expect("page text");
    assert!(page.contains(r#"action="/logout?ui_locales=fr+ko""#), "{page}");
    let done = login.form("/logout?ui_locales=fr+ko", "", &[("confirm", "yes")]).await;
    assert!(done.text().await.expect("page text").contains(r#"<html lang="ko">"#));
}

#[tokio::test]
async fn a_form_requests_a_language_as_a_link_does() {
    let login = TestApp::start().await;
    let ko = r#"<html lang="ko">"#;
    let unknown = [("client_id", "nobody"), ("ui_locales", "fr ko")];
    let page = login.form("/authorize", "", &unknown).await.text().await.expect("page text");
    assert!(page.contains(ko) && page.contains("invalid_request"), "{page}");
    let done = login.form("/logout", "", &[("ui_locales", "fr ko")]).await.text().await.expect("page text");
    assert!(done.contains(ko), "{done}");
    let other = login.form("/logout?ui_locales=en", "", &[("ui_locales", "ko")]).await.text().await;
    assert!(other.expect("page text").contains(ko), "the form counts");
}

#[tokio::test]
async fn a_sign_in_redirects_to_no_other_address() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    for foreign in
        ["https://evil.example/", "//evil.example", "/authorize", "/\\evil.example", "/authorize@evil.example?x"]
    {
        let path = reqwest::Url::parse_with_params("http://x/sign-in", [("return_to", foreign)]).expect("an address");
        let path = format!("/sign-in?{}", path.query().expect("a query"));
        let response = login.form(&path, "", &[("email", &tenant.admin_email), ("password", PASSWORD)]).await;
        assert_eq!(location(&response), "/", "{foreign}");
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let fields = [("email", tenant.admin_email.as_str()), ("password", PASSWORD)];
    let send = |origin: Option<&str>| {
        let request = login.http.post(login.url("/sign-in")).form(&fields);
        let request = origin.into_iter().fold(request, |request, origin| request.header(header::ORIGIN, origin));
        async move { request.send().await.expect("response").status() }
    };
    assert_eq!(send(Some("http://evil.example")).await, StatusCode::FORBIDDEN);
    assert_eq!(send(None).await, StatusCode::FORBIDDEN);
    assert_eq!(send(Some(ISSUER)).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_session_cookie_is_httponly_and_samesite() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let response = login.form("/sign-in", "", &[("email", &tenant.admin_email), ("password", PASSWORD)]).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().expect("text");
    assert!(
        cookie.starts_with("login_session=") && cookie.ends_with("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
}

#[tokio::test]
async fn an_issuer_in_capitals_has_secure_cookies() {
    let login = TestApp::start().await;
    let tenant = login.tenant("acme").await;
    let base = login.replica_of("HTTPS://LOGIN.test").await;
    let document = login.http.get(format!("{base}/.well-known/openid-configuration")).send().await.expect("response");
    assert_eq!(crate::harness::json(document).await["issuer"], "https://login.test");
    let fields = [("email", tenant.admin_email.as_str()), ("password", PASSWORD)];
    let request = login.http.post(format!("{base}/sign-in")).form(&fields).header(header::ORIGIN, "https://login.test");
    let response = request.send().await.expect("response");
    let cookie = response.headers()[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("__Host-login_session=") && cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn without_the_database_sign_in_returns_retry_after() {
    let login = TestApp::start().await;
    login.app.close().await;
    let fields = [("email", "admin@acme.example"), ("password", PASSWORD)];
    let response = login.form("/sign-in", "", &fields).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
}

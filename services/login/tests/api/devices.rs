use chrono::Duration;
use reqwest::header;

use crate::harness::{ISSUER, PASSWORD, TestApp};

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";

async fn sign_in_with(login: &TestApp, user_agent: &str, email: &str) {
    let request = login.http.post(login.url("/sign-in")).form(&[("email", email), ("password", PASSWORD)]);
    let request = request.header(header::ORIGIN, ISSUER).header(header::USER_AGENT, user_agent);
    assert_eq!(request.send().await.expect("an answer").status(), 303);
}

async fn notices(login: &TestApp, email: &str) -> Vec<String> {
    let mails = login.mails(email).await;
    let notices = mails.iter().filter(|mail| mail["subject"] == "Sign-in from a new device");
    notices.map(|mail| mail["text"].as_str().expect("a text").to_owned()).collect()
}

#[tokio::test]
async fn a_device_is_news_the_first_time_but_not_the_very_first() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    login.sign_in(&acme.admin_email).await;
    login.sign_in(&acme.admin_email).await;
    assert!(notices(&login, &acme.admin_email).await.is_empty(), "who just joined knows");
    sign_in_with(&login, IPHONE, &acme.admin_email).await;
    sign_in_with(&login, IPHONE, &acme.admin_email).await;
    let [notice] = notices(&login, &acme.admin_email).await.try_into().expect("one notice");
    assert!(notice.contains("Safari on iPhone, at 2026-05-04 03:02 UTC"), "{notice}");
    login.sign_in(&acme.admin_email).await;
    assert_eq!(notices(&login, &acme.admin_email).await.len(), 1, "the first is still known");
}

#[tokio::test]
async fn a_device_is_news_again_after_ninety_days_without_use() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    login.clock.advance(Duration::days(29));
    login.look("/", &cookie).await;
    login.clock.advance(Duration::days(89));
    login.sign_in(&acme.admin_email).await;
    assert!(
        notices(&login, &acme.admin_email).await.is_empty(),
        "it was used 89 days ago, though signed in 118 days ago"
    );
    login.clock.advance(Duration::days(90));
    login.sign_in(&acme.admin_email).await;
    assert_eq!(notices(&login, &acme.admin_email).await.len(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_no_news() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    login.sign_in(&acme.admin_email).await;
    let fields = [("email", acme.admin_email.as_str()), ("password", "a wrong password")];
    let request = login.http.post(login.url("/sign-in")).form(&fields).header(header::ORIGIN, ISSUER);
    request.header(header::USER_AGENT, IPHONE).send().await.expect("an answer");
    assert!(notices(&login, &acme.admin_email).await.is_empty());
}

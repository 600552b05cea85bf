//! Tests of pages that stay open while another person signs in: they serve and change nothing for that person.

use contracts::{ad::v1::DeliveryKind, mypage::v1::PreferencesChanged};
use reqwest::{Method, Response};
use serde_json::json;

use crate::{
    browser::Browser,
    events,
    fake::login::FakeLogin,
    harness::{NO_LISTENER, ORIGIN, TestApp},
};

/// The value of the first attribute `name` of a page.
pub(crate) fn attribute(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("{name}=\"")).unwrap_or_else(|| panic!("{name} is missing in {page}"));
    rest.split('"').next().unwrap_or_default().replace("&amp;", "&")
}

/// Sends a form, as a browser or as htmx does.
async fn send(browser: &Browser, path: &str, form: &[(&str, &str)], from_htmx: bool) -> Response {
    let request = browser.request(Method::POST, path).header("origin", ORIGIN).form(form);
    browser.send(if from_htmx { request.header("hx-request", "true") } else { request }).await
}

#[tokio::test]
async fn every_form_of_another_sessions_page_is_rejected() {
    let login = FakeLogin::default();
    let test = TestApp::with_peers(&login.start().await, NO_LISTENER).await;
    let (bob, amy) = (test.person(), test.person());
    let other = "0193aaaa-0000-7000-8000-000000000000";
    *login.sessions.lock().expect("not poisoned") = vec![crate::page::device(other, "Safari on iPhone", false)];
    let page = test.signed_in(bob).await.get("/").await.text().await.expect("a page");
    let forms =
        page.matches("<form method=\"post\"").count() + page.matches("<form class=\"stack\" method=\"post\"").count();
    let named = page.matches("name=\"page_session\" value=\"").count();
    assert_eq!((forms, named), (3, 3), "each form names its session: {page}");

    // Bob signs out in another tab, and Amy signs in.
    let amys = test.signed_in(amy).await;
    let (_, rest) = page.split_once("name=\"page_session\"").expect("a field");
    let bobs_session = attribute(rest, "value");
    let form = [("interests", "music"), ("page_session", bobs_session.as_str())];
    let refresh = reqwest::header::HeaderValue::from_static("true");
    for path in ["/preferences", "/auth/sign-out", &format!("/sessions/{other}/end")] {
        let answer = send(&amys, path, &form, false).await;
        assert_eq!(answer.status(), 409, "{path}");
        assert!(answer.text().await.expect("a page").contains("Nothing was changed"), "{path}");
        let answer = send(&amys, path, &form, true).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["hx-refresh"]), (409, &refresh), "{path}");
    }
    assert!(test.published::<PreferencesChanged>().await.is_empty());
    let page = amys.get("/").await.text().await.expect("a page");
    assert!(page.contains("Safari on iPhone") && page.contains("Sign out"), "{page}");

    let (_, rest) = page.split_once("name=\"page_session\"").expect("a field");
    let amys_session = attribute(rest, "value");
    let form = [("interests", "music"), ("page_session", amys_session.as_str())];
    assert_eq!(send(&amys, "/preferences", &form, false).await.status(), 303, "her own page");
    assert_eq!(test.published::<PreferencesChanged>().await.len(), 1);
}

#[tokio::test]
async fn scripts_of_another_sessions_page_get_nothing() {
    let test = TestApp::alone().await;
    let (bob, amy) = (test.person(), test.person());
    let page = test.signed_in(bob).await.get("/").await.text().await.expect("a page");
    test.consume(&events::delivery(&test, amy, DeliveryKind::Click, "Amy's click")).await.expect("consumed");
    let amys = test.signed_in(amy).await;
    let stream = amys.get(&attribute(&page, "sse-connect")).await;
    assert_eq!(stream.status(), 409);
    assert!(!stream.text().await.expect("a problem").contains("Amy's click"));

    let (_, rest) = page.split_once("<body").expect("a body");
    let headers: serde_json::Value = serde_json::from_str(rest.split('\'').nth(1).expect("headers")).expect("JSON");
    assert_eq!(headers.as_object().expect("an object").keys().collect::<Vec<_>>(), ["x-page-session"]);
    let session = headers["x-page-session"].as_str().expect("a name");
    let older = amys.request(Method::GET, "/activity?before=0193aaaa-0000-7000-8000-000000000000");
    let older = amys.send(older.header("hx-request", "true").header("x-page-session", session)).await;
    assert_eq!(older.status(), 409);
    assert_eq!(older.headers()["hx-refresh"], "true");
}

#[tokio::test]
async fn a_page_of_a_session_that_has_ended_leads_to_the_landing_page() {
    let test = TestApp::alone().await;
    let browser = test.signed_in_as(test.person(), json!({})).await;
    let page = browser.get("/").await.text().await.expect("a page");
    let signed_out = test.browser();
    assert_eq!(signed_out.get(&attribute(&page, "sse-connect")).await.status(), 204);
    let (_, rest) = page.split_once("name=\"page_session\"").expect("a field");
    let session = attribute(rest, "value");
    let answer = send(&signed_out, "/preferences", &[("page_session", session.as_str())], false).await;
    assert_eq!(crate::browser::location(&answer), "/");
}

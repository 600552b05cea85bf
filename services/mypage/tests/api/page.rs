//! Tests of the home page and its parts.

use contracts::{ad::v1::DeliveryKind, convert::timestamp, login::v1 as wire, mypage::v1::UsageRecorded};
use reqwest::Method;
use serde_json::json;

use crate::{
    api::Api,
    events,
    fake::{ad::FakeAd, login::FakeLogin},
    harness::{NO_LISTENER, TestApp},
};

pub(crate) fn device(id: &str, name: &str, current: bool) -> wire::Session {
    wire::Session {
        session_id: id.into(),
        device: name.into(),
        current,
        last_used_at: Some(timestamp(events::time("2026-11-20T01:00:00Z"))),
        ..wire::Session::default()
    }
}

#[tokio::test]
async fn a_page_shows_all_its_parts() {
    let login = FakeLogin::default();
    let ad = FakeAd { hangs: false }.start().await;
    let test = TestApp::with_peers(&login.start().await, &ad).await;
    let mina = test.person();
    let other = "0193aaaa-0000-7000-8000-000000000000";
    *login.sessions.lock().expect("not poisoned") =
        vec![device(&mina.session.to_string(), "Chrome", true), device(other, "Safari on iPhone", false)];
    test.consume(&events::user(mina, "Mina <Kim>", 1)).await.expect("consumed");
    test.consume(&events::tenant(mina.tenant, "한강커피", 1)).await.expect("consumed");
    let click = events::delivery(&test, mina, DeliveryKind::Click, "Twenty & more");
    test.consume(&click).await.expect("consumed");

    let browser = test.signed_in(mina).await;
    let response = browser.get("/").await;
    let csp = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(csp.contains("default-src 'self'") && csp.contains("http://localhost:8280"), "{csp}");
    let page = response.text().await.expect("a page");
    for part in [
        "lang=\"ko\"",
        "안녕하세요, Mina &#60;Kim&#62; 님",
        "한강커피",
        "광고 클릭",
        "Twenty &#38; more",
        "Acme &#60;Books&#62;",
        "src=\"http://localhost:8280/i/token\" width=\"1\" height=\"1\" alt=\"\"",
        "src=\"http://localhost:8280/images/tenant/image\" width=\"600\" height=\"314\" alt=\"A shelf &#34;of&#34; books\"",
        "rel=\"noopener sponsored\"",
        "Safari on iPhone",
        "현재 기기",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    assert!(!page.contains("style=") && !page.contains("<script>"), "the CSP refuses inline scripts and styles");

    let after = browser.post(&format!("/sessions/{other}/end"), &[]).await;
    assert_eq!(crate::browser::location(&after), "/#sessions");
    assert!(!browser.get("/").await.text().await.expect("a page").contains("Safari on iPhone"));
}

#[tokio::test]
async fn a_page_is_served_when_no_other_product_answers() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    let response = browser.get("/").await;
    assert_eq!(response.status(), 200);
    let page = response.text().await.expect("a page");
    for part in
        ["Hello, Mina Kim", "Hangang", "mina@hangang.example", "No ad right now", "can’t be listed", "No activity yet"]
    {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
}

#[tokio::test]
async fn a_page_does_not_wait_for_a_peer_beyond_the_deadline() {
    let test = TestApp::with_deadline(NO_LISTENER, &FakeAd { hangs: true }.start().await, 300).await;
    let browser = test.signed_in(test.person()).await;
    // Without a deadline this request would never finish.
    assert!(browser.get("/").await.text().await.expect("a page").contains("No ad right now"));
}

#[tokio::test]
async fn a_profile_without_an_event_is_fetched_from_login() {
    let test = TestApp::with_peers(&FakeLogin::default().start().await, NO_LISTENER).await;
    let browser = test.signed_in(test.person()).await;
    assert!(browser.get("/").await.text().await.expect("a page").contains("Hello, Mina of login"));
}

#[tokio::test]
async fn each_page_view_is_metered_once() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    test.browser().get("/").await;
    browser.get("/").await;
    browser.get("/").await;
    let records: Vec<_> =
        test.published::<UsageRecorded>().await.into_iter().filter_map(|event| event?.record).collect();
    assert_eq!(records.len(), 2);
    assert_ne!(records[0].usage_id, records[1].usage_id);
    for record in records {
        assert_eq!((record.metric.as_str(), record.quantity), ("mypage.page_views", 1));
        assert_eq!(record.tenant_id, mina.tenant.to_string());
    }
}

#[tokio::test]
async fn a_page_that_no_person_looks_at_is_not_metered() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    for (method, name, value) in [
        (Method::HEAD, "accept", "text/html"),
        (Method::GET, "sec-purpose", "prefetch"),
        (Method::GET, "sec-purpose", "prefetch;prerender"),
        (Method::GET, "purpose", "prefetch"),
        (Method::GET, "x-moz", "prefetch"),
        (Method::GET, "user-agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    ] {
        let answer = browser.send(browser.request(method, "/").header(name, value)).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (200, &"text/html; charset=utf-8".parse().expect("a type"))
        );
        assert!(test.published::<UsageRecorded>().await.is_empty(), "{name}: {value}");
    }
    browser.get("/").await;
    assert_eq!(test.published::<UsageRecorded>().await.len(), 1);
}

#[tokio::test]
async fn older_activities_are_paged_by_cursor() {
    let test = TestApp::alone().await;
    let mina = test.person();
    for number in 0..25 {
        test.clock.advance(chrono::Duration::seconds(1));
        let seen = events::delivery(&test, mina, DeliveryKind::Impression, &format!("Headline {number:02}."));
        test.consume(&seen).await.expect("consumed");
    }
    let browser = test.signed_in_as(mina, json!({ "locale": "en" })).await;
    let page = browser.get("/").await.text().await.expect("a page");
    assert!(page.contains("Headline 24.") && page.contains("Headline 05.") && !page.contains("Headline 04."));
    let (_, rest) = page.split_once("/activity?before=").expect("a link to older activities");
    let cursor = rest.split('"').next().expect("a cursor");
    let older = browser.get(&format!("/activity?before={cursor}")).await.text().await.expect("lines");
    assert!(older.contains("Headline 04.") && older.contains("Headline 00.") && !older.contains("Headline 05."));
    assert!(!older.contains("/activity?before="), "that was all");
    let page = browser.get(&format!("/?before={cursor}")).await.text().await.expect("a page");
    assert!(page.contains("Headline 04.") && !page.contains("Headline 05.") && !page.contains("sse-connect"));
}

#[tokio::test]
async fn a_cursor_of_another_person_is_unknown() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let colleague = test.person_of(mina.tenant);
    let mut cursors = vec![chassis::id::new_uuid(&test.clock).to_string()];
    for person in [colleague, test.person(), mina] {
        test.clock.advance(chrono::Duration::seconds(1));
        let seen = events::delivery(&test, person, DeliveryKind::Impression, "Secret offer");
        test.consume(&seen).await.expect("consumed");
        cursors.push(events::last_activity(&test).await);
    }
    let own = cursors.pop().expect("a cursor");
    let browser = test.signed_in(mina).await;
    let api = Api::of(&test, mina, &[]);
    for path in ["/?before=", "/activity?before=", "/v1/activities?cursor="] {
        let mut answers = vec![];
        for cursor in &cursors {
            let cursor = if path.starts_with("/v1") { cursor_of(cursor) } else { cursor.clone() };
            let (status, body) = if path.starts_with("/v1") {
                let (status, mut body) = api.get(&format!("{path}{cursor}")).await;
                body["trace_id"] = json!(null);
                (status, body.to_string())
            } else {
                let answer = browser.get(&format!("{path}{cursor}")).await;
                (answer.status().as_u16(), answer.text().await.expect("a page"))
            };
            assert!(status == 422 && !body.contains("Secret offer"), "{path}{cursor}: {status} {body}");
            answers.push(body);
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{path}: the same answer as for an id that does not exist");
    }
    assert_eq!(browser.get(&format!("/?before={own}")).await.status(), 200);
}

/// The cursor of the JSON API for an activity.
fn cursor_of(id: &str) -> String {
    chassis::http::Cursor::from(id.parse::<uuid::Uuid>().expect("an id")).to_string()
}

#[tokio::test]
async fn an_unknown_path_is_a_page_for_browsers_and_a_problem_for_programs() {
    let test = TestApp::alone().await;
    let page = test.browser().get("/nowhere").await;
    assert_eq!(page.status(), 404);
    assert!(page.text().await.expect("a page").contains("There is no page at this address."));
    let program = reqwest::Client::builder().no_proxy().build().expect("a client");
    let problem = program.get(format!("{}/v1/nowhere", test.base)).send().await.expect("an answer");
    assert_eq!(problem.headers()["content-type"], "application/problem+json");
}

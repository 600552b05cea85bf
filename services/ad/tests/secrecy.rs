//! No secret is written to logs, traces, events or the database, and no person to logs or traces. This test has its own process,
//! because it needs a global subscriber that captures everything.

#[expect(dead_code, reason = "other tests use the rest of this module")]
#[path = "api/events.rs"]
mod events;
#[expect(dead_code, reason = "other tests use the rest of this module")]
#[path = "api/harness.rs"]
mod harness;
#[expect(dead_code, reason = "other tests use the rest of this module")]
#[path = "api/requests.rs"]
mod requests;
#[path = "api/settings.rs"]
mod settings;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chassis::{auth::Role, id::SessionId};
use contracts::common::v1::Interest;
use harness::{Tenant, TestApp};
use requests::path_of;
use reqwest::Method;
use serde_json::json;
use support::{
    oidc::{FakeOidc, TestPerson},
    secrecy::{Captured, Secrets, rows, tables},
    web::{Browser, location},
};

const ORIGIN: &str = "http://ad.test";

/// Of the viewer. No campaign is for it.
const INTEREST: Interest = Interest::HealthyLiving;

#[tokio::test]
async fn nothing_secret_or_personal_is_written_anywhere() {
    let (logs, spans) = Captured::start();
    let (mut secrets, mut people) = (Secrets::default(), Secrets::default());
    let clock = TestApp::clock();
    let oidc = FakeOidc::start(clock.clone(), "ad", "openid profile email").await;
    let test = TestApp::trusting(oidc.config(), clock).await;
    let tenant = test.tenant("Hangang", "KRW").await;
    for (name, key) in [("the key of links", [7; 32]), ("the key of sessions", [8; 32])] {
        secrets.add(name, &BASE64_URL_SAFE_NO_PAD.encode(key));
    }
    people.add("the viewer", &tenant.member.to_string());
    people.add("the address of the admin", "mina@hangang.example");
    pages(&test, &oidc, &tenant, &mut secrets).await;
    serve(&test, &oidc, &tenant, &mut secrets).await;

    let (logs, spans) = (logs.text(), spans.text());
    assert!(logs.contains("/c/{token}") && logs.contains("sqlx") && logs.contains("TRACE"), "logs were captured");
    assert!(spans.contains("http.route") && spans.contains("/v1/ad-selections"), "traces were captured");
    let interest = INTEREST.as_str_name().trim_start_matches("INTEREST_").to_lowercase();
    for (what, text) in [("the log", &logs), ("a trace", &spans)] {
        assert_eq!(secrets.found_in(text), Vec::<&str>::new(), "in {what}");
        assert_eq!(people.found_in(text), Vec::<&str>::new(), "in {what}");
        assert!(!text.to_lowercase().contains(&interest), "{interest} in {what}");
    }
    for table in tables(&test.superuser).await {
        for row in rows(&test.superuser, &table).await {
            assert_eq!(secrets.found_in(&row), Vec::<&str>::new(), "in {table}: {row}");
        }
    }
}

/// Signs an admin in, who creates a campaign by its form.
async fn pages(test: &TestApp, oidc: &FakeOidc, tenant: &Tenant, secrets: &mut Secrets) {
    let browser = Browser::new(&test.url(""), ORIGIN);
    let to_login = location(&browser.get("/auth/sign-in").await);
    for part in ["state", "nonce"] {
        let value = to_login.split(['?', '&']).find_map(|pair| pair.strip_prefix(part)?.strip_prefix('='));
        secrets.add(part, value.expect("a parameter"));
    }
    let person = TestPerson { tenant: tenant.id, user: tenant.admin, session: SessionId::new(&test.clock) };
    let back = oidc.authorize(&to_login, person, &json!({ "roles": ["member", "admin"] }));
    let code = back.split("code=").nth(1).and_then(|rest| rest.split('&').next()).expect("a code");
    secrets.add("a code", code);
    browser.get(back.strip_prefix(ORIGIN).expect("back to ad")).await;
    for value in browser.cookies().values() {
        secrets.add("a cookie", value);
    }
    let form = [
        ("name", "Spring"),
        ("headline", "Spring"),
        ("body", "By the sea"),
        ("landing_url", "https://travel.example/jeju"),
        ("locale", "ko"),
        ("audience", "all"),
        ("bid", "300"),
        ("daily_budget", "30000"),
        ("status", "active"),
    ];
    assert_eq!(browser.post("/campaigns", &form).await.status(), 303);
    assert_eq!(browser.get("/campaigns").await.status(), 200);
}

/// Selects an ad for a person who consented, who sees it and clicks it.
async fn serve(test: &TestApp, oidc: &FakeOidc, tenant: &Tenant, secrets: &mut Secrets) {
    test.consume(&events::preferences(tenant, &[INTEREST], true, 1)).await.expect("consumed");
    let person = TestPerson { tenant: tenant.id, user: tenant.member, session: SessionId::new(&test.clock) };
    let token = secrets.add("an access token", &oidc.access_token(person, &[Role::Member]));
    let ad = test.select_one(&token).await;
    let selection = json!({ "placement": "x", "locale": "ko", "count": 1 });
    let (status, selected) = test.send(Method::POST, "/v1/ad-selections", &token, &selection).await;
    assert_eq!(status, 200, "{selected}");
    for (name, url) in [("an impression's token", &ad.impression_url), ("a click's token", &ad.click_url)] {
        secrets.add(name, url.rsplit('/').next().expect("a token"));
        test.browse(path_of(url)).await;
    }
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 1, "the click was charged");
    test.browse(&format!("/c/{}", secrets.add("a forged token", "x-forged-token-of-a-link"))).await;
    test.get("/v1/campaigns", &secrets.add("a forged access token", "a-forged-access-token")).await;
}

//! States of a campaign, its schedule, and changes that meet each other.

use ad::domain::tenant::time_zone;
use chrono::Timelike;
use contracts::ad::v1::{CampaignChanged, CampaignStatus};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{Tenant, TestApp},
    requests::{campaign_body, money},
};

async fn patch(test: &TestApp, tenant: &Tenant, path: &str, body: Value) -> (u16, Value) {
    test.send(Method::PATCH, path, &tenant.admin_token, &body).await
}

async fn ads(test: &TestApp, tenant: &Tenant) -> usize {
    test.select(&tenant.member_token, "ko").await.ads.len()
}

#[tokio::test]
async fn a_campaign_goes_from_draft_to_its_end() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({ "status": "draft" })).await);
    for (status, served) in [("draft", 0), ("active", 1), ("paused", 0), ("active", 1), ("ended", 0)] {
        let (code, campaign) = patch(&test, &tenant, &path, json!({ "status": status })).await;
        assert_eq!((code, &campaign["status"]), (200, &json!(status)), "{campaign}");
        assert_eq!(ads(&test, &tenant).await, served, "{status}");
    }
    for change in [json!({ "status": "active" }), json!({ "name": "Again" })] {
        let (code, problem) = patch(&test, &tenant, &path, change).await;
        assert_eq!((code, &problem["code"]), (409, &json!("campaign_ended")));
    }
    let states: Vec<_> = test.published::<CampaignChanged>().await.iter().map(|(_, event)| event.status()).collect();
    let [draft, active, paused, ended] =
        [CampaignStatus::Draft, CampaignStatus::Active, CampaignStatus::Paused, CampaignStatus::Ended];
    assert_eq!(states, [draft, active, paused, active, ended]);
}

#[tokio::test]
async fn an_impossible_change_of_status_is_refused() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({})).await);
    for (status, code) in [("draft", "not_possible"), ("in_review", "not_possible"), ("gone", "unknown")] {
        let (answer, problem) = patch(&test, &tenant, &path, json!({ "status": status })).await;
        let error = &problem["errors"][0];
        assert_eq!((answer, &error["field"], &error["code"]), (422, &json!("status"), &json!(code)), "{status}");
    }
}

#[tokio::test]
async fn a_campaign_runs_on_the_days_and_in_the_hours_of_its_tenant() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let now = test.clock.now().with_timezone(&time_zone("Asia/Seoul").expect("a zone"));
    let day = |offset: i64| (now.date_naive() + chrono::Duration::days(offset)).to_string();
    let hour = |offset: u32| (now.hour() + offset) % 24;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({ "starts_on": day(1) })).await);
    assert_eq!(ads(&test, &tenant).await, 0, "not yet");
    for (change, served) in [
        (json!({ "starts_on": day(0), "ends_on": day(0) }), 1),
        (json!({ "hours": [hour(23), hour(1)] }), 0),
        (json!({ "hours": [hour(0)] }), 1),
        (json!({ "hours": [], "starts_on": null, "ends_on": null }), 1),
    ] {
        let (code, campaign) = patch(&test, &tenant, &path, change.clone()).await;
        assert_eq!(code, 200, "{campaign}");
        assert_eq!(ads(&test, &tenant).await, served, "{change}");
    }
    let (code, problem) = patch(&test, &tenant, &path, json!({ "ends_on": day(-1) })).await;
    assert_eq!((code, &problem["errors"][0]["code"]), (422, &json!("in_the_past")));
}

#[tokio::test]
async fn a_change_of_an_older_state_is_refused() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({})).await);
    let request = |method: Method, path: &str, tag: Option<&str>, body: Value| {
        let request = test.request(method, path, &tenant.admin_token).json(&body);
        let request = tag.into_iter().fold(request, |request, tag| request.header("If-Match", tag));
        async move {
            let answer = request.send().await.expect("an answer");
            let tag = answer.headers().get("etag").map(|tag| tag.to_str().expect("text").to_owned());
            (answer.status().as_u16(), tag.unwrap_or_default())
        }
    };
    let (_, first) = request(Method::GET, &path, None, json!({})).await;
    let (code, second) = request(Method::PATCH, &path, Some(&first), json!({ "name": "One" })).await;
    assert!(code == 200 && second != first, "{code}, {second}");
    let creative = json!({ "headline": "둘째", "body": "글", "landing_url": "https://travel.example/" });
    let creatives = format!("{path}/creatives");
    for (method, path, body) in
        [(Method::PATCH, path.as_str(), json!({ "name": "Two" })), (Method::POST, creatives.as_str(), creative.clone())]
    {
        assert_eq!(request(method.clone(), path, Some(&first), body).await.0, 412, "{method}");
    }
    let (_, read) = request(Method::GET, &path, None, json!({})).await;
    assert_eq!(read, second, "nothing was changed");
    let (code, third) = request(Method::POST, &creatives, Some(&second), creative).await;
    assert!(code == 201 && third != second, "{code}, {third}");
    for tag in [third.as_str(), "*"] {
        assert_eq!(request(Method::PATCH, &path, Some(tag), json!({ "name": tag })).await.0, 200, "{tag}");
    }
}

#[tokio::test]
async fn a_campaign_is_duplicated_as_a_draft() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let fields = json!({ "total_budget": money(90_000, "KRW"), "frequency_cap": 3, "hours": [9] });
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, fields).await);
    assert_eq!(patch(&test, &tenant, &path, json!({ "status": "ended" })).await.0, 200);
    let (_, original) = test.get(&path, &tenant.admin_token).await;

    let send = || test.request(Method::POST, &format!("{path}/duplicate"), &tenant.admin_token);
    let answer = send().header("Idempotency-Key", "copy").send().await.expect("an answer");
    assert_eq!(answer.status(), 201);
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    let copy: Value = answer.json().await.expect("JSON");
    assert_eq!(test.get(&location, &tenant.admin_token).await, (200, copy.clone()));
    let repeated = send().header("Idempotency-Key", "copy").send().await.expect("an answer");
    assert_eq!(repeated.json::<Value>().await.expect("JSON"), copy);
    assert_eq!(test.count("SELECT count(*) FROM campaign").await, 2);

    assert_eq!((&copy["status"], &copy["version"]), (&json!("draft"), &json!(1)));
    for field in ["name", "headline", "total_budget", "frequency_cap", "hours", "bid", "interests"] {
        assert_eq!(copy[field], original[field], "{field}");
    }
    let creative = |campaign: &Value, field: &str| campaign["creatives"][0][field].clone();
    assert_eq!(creative(&copy, "review"), "approved");
    assert_ne!(creative(&copy, "creative_id"), creative(&original, "creative_id"));
}

#[tokio::test]
async fn what_makes_a_campaign_answers_its_state_once() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let mut path = "/v1/campaigns".to_owned();
    for (key, body) in [("made", campaign_body("KRW")), ("copied", Value::Null)] {
        let send = || {
            let request = test.request(Method::POST, &path, &tenant.admin_token).header("Idempotency-Key", key);
            if body.is_null() { request } else { request.json(&body) }.send()
        };
        let made = send().await.expect("an answer");
        assert_eq!(made.status(), 201);
        let campaign = made.headers()["location"].to_str().expect("text").to_owned();
        let read = test.request(Method::GET, &campaign, &tenant.admin_token).send().await.expect("an answer");
        assert_eq!(made.headers()["etag"], read.headers()["etag"], "{path}");
        let repeated = send().await.expect("an answer");
        assert!(repeated.headers().get("etag").is_none(), "other changes may have followed");
        path = format!("{campaign}/duplicate");
    }
}

//! The review of creatives by an operator.

use ad::{
    admin::execute,
    cli::{Cli, Command},
    domain::creative::Reviewer,
};
use clap::Parser;
use contracts::ad::v1::CampaignChanged;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Tenant, TestApp};

/// Runs `ad admin review …`.
async fn review(test: &TestApp, arguments: &[&str]) -> Result<String, String> {
    let configured = [
        ["--database-url", "postgres://localhost/ad"],
        ["--worker-database-url", "postgres://localhost/ad"],
        ["--kafka-brokers", "localhost:9092"],
        ["--login-public-url", "http://localhost:8180"],
        ["--ad-public-url", "http://localhost:8280"],
        ["--ad-link-secret", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
        ["--ad-client-secret", "secret"],
        ["--ad-session-secret", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
    ];
    let line = ["ad", "admin"].into_iter().chain(configured.iter().flatten().copied());
    let cli = Cli::try_parse_from(line.chain(["review"]).chain(arguments.iter().copied())).expect("a command");
    let Command::Admin(arguments) = cli.command else { panic!("another command") };
    execute(&test.app, arguments.command).await
}

async fn started() -> (TestApp, Tenant, String) {
    let test = TestApp::reviewed_by(Reviewer::Operator).await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let path = format!("/v1/campaigns/{}", test.campaign(&tenant, json!({})).await);
    (test, tenant, path)
}

/// The status of the campaign, and the reviews of its creatives.
async fn states(test: &TestApp, tenant: &Tenant, path: &str) -> (String, Vec<String>) {
    let (_, campaign) = test.get(path, &tenant.admin_token).await;
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let creatives = campaign["creatives"].as_array().expect("creatives");
    (text(&campaign["status"]), creatives.iter().map(|creative| text(&creative["review"])).collect())
}

async fn creative_id(test: &TestApp, tenant: &Tenant, path: &str, index: usize) -> String {
    let (_, campaign) = test.get(path, &tenant.admin_token).await;
    campaign["creatives"][index]["creative_id"].as_str().expect("an id").to_owned()
}

fn reviews(status: &str, reviews: &[&str]) -> (String, Vec<String>) {
    (status.into(), reviews.iter().map(|review| (*review).to_owned()).collect())
}

#[tokio::test]
async fn a_campaign_is_served_once_an_operator_approved_it() {
    let (test, tenant, path) = started().await;
    assert_eq!(states(&test, &tenant, &path).await, reviews("in_review", &["pending"]));
    assert!(test.select(&tenant.member_token, "ko").await.ads.is_empty());
    let id = creative_id(&test, &tenant, &path, 0).await;
    let list = review(&test, &["list"]).await.expect("a list");
    assert!(
        list.contains(&id) && list.contains("Hangang, Spring") && list.contains("https://travel.example/jeju"),
        "{list}"
    );

    let done = review(&test, &["approve", &id]).await.expect("approved");
    assert!(done.ends_with("is active"), "{done}");
    assert_eq!(states(&test, &tenant, &path).await, reviews("active", &["approved"]));
    assert_eq!(test.select(&tenant.member_token, "ko").await.ads.len(), 1);
    review(&test, &["approve", &id]).await.expect("as before");
    assert_eq!(review(&test, &["list"]).await.expect("a list"), "no creative waits for a review");
    assert_eq!(test.published::<CampaignChanged>().await.len(), 2);
}

#[tokio::test]
async fn a_rejected_campaign_is_a_draft_with_the_reason() {
    let (test, tenant, path) = started().await;
    let id = creative_id(&test, &tenant, &path, 0).await;
    assert!(review(&test, &["reject", &id, "--reason", " "]).await.is_err(), "without a reason");
    review(&test, &["reject", &id, "--reason", "No such hotel."]).await.expect("rejected");
    assert_eq!(states(&test, &tenant, &path).await, reviews("draft", &["rejected"]));
    let (_, campaign) = test.get(&path, &tenant.admin_token).await;
    assert_eq!(campaign["creatives"][0]["review_reason"], "No such hotel.");
    let submit = json!({ "status": "active" });
    let (code, problem) = test.send(Method::PATCH, &path, &tenant.admin_token, &submit).await;
    assert_eq!((code, &problem["errors"][0]["code"]), (422, &json!("rejected")));

    let body = json!({ "headline": "새 숙소", "body": "글", "landing_url": "https://travel.example/jeju" });
    let replaced = test.send(Method::PUT, &format!("{path}/creatives/{id}"), &tenant.admin_token, &body).await;
    assert_eq!((replaced.0, &replaced.1["review"]), (200, &json!("pending")));
    let (_, campaign) = test.send(Method::PATCH, &path, &tenant.admin_token, &submit).await;
    assert_eq!(campaign["status"], "in_review");
}

#[tokio::test]
async fn a_changed_creative_returns_to_review_and_the_other_one_is_served() {
    let (test, tenant, path) = started().await;
    let first = creative_id(&test, &tenant, &path, 0).await;
    review(&test, &["approve", &first]).await.expect("approved");
    let body = json!({ "headline": "둘째", "body": "글", "landing_url": "https://travel.example/2" });
    let creatives = format!("{path}/creatives");
    assert_eq!(test.send(Method::POST, &creatives, &tenant.admin_token, &body).await.0, 201);
    assert_eq!(states(&test, &tenant, &path).await, reviews("active", &["approved", "pending"]));
    review(&test, &["approve", &creative_id(&test, &tenant, &path, 1).await]).await.expect("approved");

    let edited = json!({ "headline": "첫째", "body": "글", "landing_url": "https://travel.example/1" });
    assert_eq!(test.send(Method::PUT, &format!("{creatives}/{first}"), &tenant.admin_token, &edited).await.0, 200);
    assert_eq!(states(&test, &tenant, &path).await, reviews("active", &["approved", "pending"]));
    let served = test.select(&tenant.member_token, "ko").await.ads;
    assert_eq!(served.iter().map(|ad| ad.headline.as_str()).collect::<Vec<_>>(), ["둘째"]);
    let replaced = review(&test, &["approve", &first]).await.expect_err("it was replaced");
    assert!(replaced.contains("replaced"), "{replaced}");

    let last = creative_id(&test, &tenant, &path, 0).await;
    assert_eq!(test.send(Method::DELETE, &format!("{creatives}/{last}"), &tenant.admin_token, &json!({})).await.0, 204);
    assert_eq!(states(&test, &tenant, &path).await, reviews("in_review", &["pending"]), "nothing approved is left");
    assert!(test.select(&tenant.member_token, "ko").await.ads.is_empty());
}

#[tokio::test]
async fn a_draft_waits_for_no_review_and_http_is_for_development() {
    let test = TestApp::reviewed_by(Reviewer::Operator).await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({ "status": "draft" })).await;
    assert_eq!(review(&test, &["list"]).await.expect("a list"), "no creative waits for a review");
    let mut body = crate::requests::campaign_body("KRW");
    body["landing_url"] = "http://localhost:8380/jeju".into();
    let (code, problem) = test.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await;
    assert_eq!((code, &problem["errors"][0]["field"]), (422, &json!("landing_url")));
    let development = TestApp::start().await;
    let tenant = development.tenant("Hangang", "KRW").await;
    assert_eq!(development.send(Method::POST, "/v1/campaigns", &tenant.admin_token, &body).await.0, 201);
}

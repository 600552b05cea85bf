//! The selection of ads for a page.

use contracts::{ad::v1::SelectAdsRequest, common::v1::Interest};
use reqwest::Method;
use serde_json::json;
use tonic::Code;

use crate::{events, harness::TestApp, requests::money};

async fn headlines(test: &TestApp, token: &str, locale: &str) -> Vec<String> {
    test.select(token, locale).await.ads.into_iter().map(|ad| ad.headline).collect()
}

#[tokio::test]
async fn ads_are_in_the_language_of_the_page() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({ "headline": "제주" })).await;
    test.campaign(&tenant, json!({ "headline": "Jeju", "locale": "en" })).await;
    assert_eq!(headlines(&test, &tenant.member_token, "ko").await, ["제주"]);
    assert_eq!(headlines(&test, &tenant.member_token, "en-GB").await, ["Jeju"]);
    assert!(headlines(&test, &tenant.member_token, "fr").await.is_empty());

    let ad = test.select(&tenant.member_token, "ko").await.ads.remove(0);
    assert_eq!((ad.advertiser_name.as_str(), ad.locale.as_str()), ("Hangang", "ko"));
    assert!(ad.impression_url.starts_with("http://ad.test/i/"));
    assert!(ad.click_url.starts_with("http://ad.test/c/"));
}

#[tokio::test]
async fn people_see_their_own_tenants_campaigns_and_those_open_to_all() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    test.campaign(&hangang, json!({ "headline": "own", "open_to_all": false })).await;
    test.campaign(&hangang, json!({ "headline": "open", "bid": money(200, "KRW") })).await;
    assert_eq!(headlines(&test, &hangang.member_token, "ko").await, ["own", "open"]);
    assert_eq!(headlines(&test, &acme.member_token, "ko").await, ["open"]);
}

#[tokio::test]
async fn interests_count_with_consent_only() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({ "headline": "travel", "bid": money(250, "KRW") })).await;
    test.campaign(&tenant, json!({ "headline": "anyone", "interests": [] })).await;
    let by_bid = ["anyone", "travel"];
    assert_eq!(headlines(&test, &tenant.member_token, "ko").await, by_bid);

    let likes_travel = [Interest::Travel];
    test.consume(&events::preferences(&tenant, &likes_travel, false, 1)).await.expect("consumed");
    assert_eq!(headlines(&test, &tenant.member_token, "ko").await, by_bid);

    test.consume(&events::preferences(&tenant, &likes_travel, true, 2)).await.expect("consumed");
    assert_eq!(headlines(&test, &tenant.member_token, "ko").await, ["travel", "anyone"]);
    // One person's consent does not affect another person.
    assert_eq!(headlines(&test, &tenant.admin_token, "ko").await, by_bid);

    test.consume(&events::preferences(&tenant, &likes_travel, false, 3)).await.expect("consumed");
    assert_eq!(headlines(&test, &tenant.member_token, "ko").await, by_bid);
}

#[tokio::test]
async fn paused_campaigns_and_suspended_tenants_are_not_selected() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let paused = test.campaign(&hangang, json!({ "headline": "paused" })).await;
    test.campaign(&acme, json!({ "headline": "suspended" })).await;
    let pause = json!({ "status": "paused" });
    test.send(Method::PATCH, &format!("/v1/campaigns/{paused}"), &hangang.admin_token, &pause).await;
    test.consume(&events::suspended(acme.id, "Acme")).await.expect("consumed");
    assert!(headlines(&test, &hangang.member_token, "ko").await.is_empty());
}

#[tokio::test]
async fn a_selection_needs_a_person_and_a_valid_request() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let request = |placement: &str, count| SelectAdsRequest {
        placement: placement.into(),
        locale: "ko".into(),
        count,
        ..Default::default()
    };
    let early =
        test.call(&tenant.member_token, request("mypage.home", 1)).await.expect_err("the index was not read yet");
    assert_eq!(early.code(), Code::Unavailable);
    assert!(!test.app.readiness().is_ready().await);

    test.app.index.refresh().await.expect("an index");
    assert!(test.app.readiness().is_ready().await);
    assert!(test.call(&tenant.member_token, request("mypage.home", 10)).await.is_ok());
    for wrong in [request("mypage.home", 0), request("mypage.home", 11), request("My Page!", 1)] {
        let refused = test.call(&tenant.member_token, wrong).await.expect_err("refused");
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    let service = test.call(&test.service_token(), request("mypage.home", 1)).await.expect_err("refused");
    assert_eq!(service.code(), Code::PermissionDenied);
    let anonymous = test.call("not-a-token", request("mypage.home", 1)).await.expect_err("refused");
    assert_eq!(anonymous.code(), Code::Unauthenticated);
}

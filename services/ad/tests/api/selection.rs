//! Which ads a person is offered.

use contracts::ad::v1::SelectAdsRequest;
use contracts::common::v1::Interest;
use contracts::login::v1::TenantStatus;
use contracts::mypage::v1::PreferencesChanged;
use reqwest::Method;
use serde_json::json;
use tonic::Code;

use crate::app::{Tenant, TestApp, money, tenant_changed};

pub(crate) fn preferences(person: &Tenant, interests: &[Interest], consent: bool, version: i64) -> PreferencesChanged {
    PreferencesChanged {
        user_id: person.member.to_string(),
        tenant_id: person.id.to_string(),
        interests: interests.iter().map(|interest| (*interest).into()).collect(),
        ad_consent: consent,
        version,
        changed_at: None,
    }
}

async fn headlines(app: &TestApp, token: &str, locale: &str) -> Vec<String> {
    app.select(token, locale).await.ads.into_iter().map(|ad| ad.headline).collect()
}

#[tokio::test]
async fn ads_are_in_the_language_of_the_page() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    app.campaign(&tenant, json!({ "headline": "제주" })).await;
    app.campaign(&tenant, json!({ "headline": "Jeju", "locale": "en" })).await;
    assert_eq!(headlines(&app, &tenant.member_token, "ko").await, ["제주"]);
    assert_eq!(headlines(&app, &tenant.member_token, "en-GB").await, ["Jeju"]);
    assert!(headlines(&app, &tenant.member_token, "fr").await.is_empty());

    let ad = app.select(&tenant.member_token, "ko").await.ads.remove(0);
    assert_eq!((ad.advertiser_name.as_str(), ad.locale.as_str()), ("Hangang", "ko"));
    assert!(ad.impression_url.starts_with("http://ad.test/i/"));
    assert!(ad.click_url.starts_with("http://ad.test/c/"));
}

#[tokio::test]
async fn people_see_their_own_tenants_campaigns_and_those_open_to_all() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    app.campaign(&hangang, json!({ "headline": "own", "open_to_all": false })).await;
    app.campaign(&hangang, json!({ "headline": "open", "bid": money(200, "KRW") })).await;
    assert_eq!(headlines(&app, &hangang.member_token, "ko").await, ["own", "open"]);
    assert_eq!(headlines(&app, &acme.member_token, "ko").await, ["open"]);
}

#[tokio::test]
async fn interests_count_with_consent_only() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    app.campaign(&tenant, json!({ "headline": "travel", "bid": money(250, "KRW") })).await;
    app.campaign(&tenant, json!({ "headline": "anyone", "interests": [] })).await;
    let unaimed = ["anyone", "travel"];
    assert_eq!(headlines(&app, &tenant.member_token, "ko").await, unaimed);

    let likes_travel = [Interest::Travel];
    app.hear(preferences(&tenant, &likes_travel, false, 1)).await;
    assert_eq!(headlines(&app, &tenant.member_token, "ko").await, unaimed);

    app.hear(preferences(&tenant, &likes_travel, true, 2)).await;
    assert_eq!(headlines(&app, &tenant.member_token, "ko").await, ["travel", "anyone"]);
    // Somebody else's consent is nobody's but theirs.
    assert_eq!(headlines(&app, &tenant.admin_token, "ko").await, unaimed);

    app.hear(preferences(&tenant, &likes_travel, false, 3)).await;
    assert_eq!(headlines(&app, &tenant.member_token, "ko").await, unaimed);
}

#[tokio::test]
async fn paused_campaigns_and_suspended_tenants_are_not_shown() {
    let app = TestApp::start().await;
    let (hangang, acme) = (app.tenant("Hangang", "KRW").await, app.tenant("Acme", "KRW").await);
    let paused = app.campaign(&hangang, json!({ "headline": "paused" })).await;
    app.campaign(&acme, json!({ "headline": "suspended" })).await;
    let pause = json!({ "status": "paused" });
    app.send(Method::PATCH, &format!("/v1/campaigns/{paused}"), &hangang.admin_token, &pause).await;
    let mut suspended = tenant_changed(acme.id, "Acme", "KRW", 2);
    suspended.status = TenantStatus::Suspended.into();
    app.hear(suspended).await;
    assert!(headlines(&app, &hangang.member_token, "ko").await.is_empty());
}

#[tokio::test]
async fn only_people_with_a_sensible_question_are_answered() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let ask = |placement: &str, count| SelectAdsRequest { placement: placement.into(), locale: "ko".into(), count };
    let early = app.call(&tenant.member_token, ask("mypage.home", 1)).await.expect_err("nothing was read yet");
    assert_eq!(early.code(), Code::Unavailable);
    assert!(!app.app.readiness().is_ready().await);

    app.app.index.refresh().await.expect("an index");
    assert!(app.app.readiness().is_ready().await);
    assert!(app.call(&tenant.member_token, ask("mypage.home", 10)).await.is_ok());
    for wrong in [ask("mypage.home", 0), ask("mypage.home", 11), ask("My Page!", 1)] {
        let refused = app.call(&tenant.member_token, wrong).await.expect_err("refused");
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    let service = app.call(&app.service_token(), ask("mypage.home", 1)).await.expect_err("refused");
    assert_eq!(service.code(), Code::PermissionDenied);
    let nobody = app.call("not-a-token", ask("mypage.home", 1)).await.expect_err("refused");
    assert_eq!(nobody.code(), Code::Unauthenticated);
}

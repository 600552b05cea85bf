//! Tests of interests and consent by form, JSON and gRPC.

use contracts::{
    common::v1::Interest,
    login::v1::SessionState,
    mypage::v1::{PreferencesChanged, UpdatePreferencesRequest, my_page_client::MyPageClient},
};
use serde_json::json;

use crate::{api::Api, browser::location, events, harness::TestApp};

#[tokio::test]
async fn a_choice_is_stored_published_with_its_version_and_added_to_the_timeline() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    let form = [("interests", "music"), ("interests", "travel"), ("ad_consent", "yes")];
    assert_eq!(location(&browser.post("/preferences", &form).await), "/?saved=preferences#preferences");
    let page = browser.get("/?saved=preferences").await.text().await.expect("a page");
    assert!(page.contains("value=\"music\" checked") && page.contains("value=\"sports\">") && page.contains("Saved"));
    assert!(page.contains("Changed interests or consent"));

    browser.post("/preferences", &form).await;
    browser.post("/preferences", &[]).await;
    let published: Vec<_> = test.published::<PreferencesChanged>().await.into_iter().flatten().collect();
    let [first, second] = published.as_slice() else { panic!("two changes, not {published:?}") };
    assert_eq!(first.interests().collect::<Vec<_>>(), [Interest::Music, Interest::Travel]);
    assert_eq!((first.ad_consent, first.version), (true, 1));
    assert_eq!((second.interests.len(), second.ad_consent, second.version), (0, false, 2));
    assert_eq!((&first.user_id, &first.tenant_id), (&mina.user.to_string(), &mina.tenant.to_string()));
}

#[tokio::test]
async fn a_form_may_have_names_that_this_version_does_not_know() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    // A page that another version rendered, or an extension of the browser, adds names.
    let saved = browser.post("/preferences", &[("interests", "music"), ("no_such_field", "1")]).await;
    assert_eq!(location(&saved), "/?saved=preferences#preferences");
}

#[tokio::test]
async fn htmx_receives_the_updated_card() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    let request = browser.request(reqwest::Method::POST, "/preferences").header("hx-request", "true");
    let request = request.header("origin", crate::harness::ORIGIN).form(&[("interests", "music")]);
    let card = browser.send(request).await.text().await.expect("a card");
    assert!(card.starts_with("<section class=\"card\" id=\"preferences\"") && card.contains("Saved"), "{card}");
}

#[tokio::test]
async fn htmx_in_a_signed_out_browser_is_redirected_to_the_landing_page() {
    let test = TestApp::alone().await;
    let browser = test.browser();
    let request = browser.request(reqwest::Method::POST, "/preferences").header("hx-request", "true");
    let answer = browser.send(request.header("origin", crate::harness::ORIGIN).form(&[("interests", "music")])).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["hx-redirect"], "/");
}

#[tokio::test]
async fn the_json_api_replaces_preferences_and_reports_invalid_fields() {
    let test = TestApp::alone().await;
    let api = Api::of(&test, test.person(), &[]);
    let (status, body) =
        api.put("/v1/preferences", json!({ "interests": ["travel", "travel"], "ad_consent": true })).await;
    assert_eq!(status, 200);
    assert_eq!(body, json!({ "interests": ["travel"], "ad_consent": true, "version": 1 }));

    let (status, body) =
        api.put("/v1/preferences", json!({ "interests": ["travel", "war"], "ad_consent": true })).await;
    assert_eq!((status, body["code"].as_str()), (422, Some("invalid_request")));
    assert_eq!(body["errors"][0]["field"], "interests[1]");
    let many = vec!["war"; 101];
    let (status, body) = api.put("/v1/preferences", json!({ "interests": many, "ad_consent": true })).await;
    assert_eq!(
        (status, &body["errors"]),
        (422, &json!([{ "field": "interests", "code": "too_many", "detail": "must be at most 100" }]))
    );
    let (_, page) = api.get("/v1/me").await;
    assert_eq!(page["preferences"]["version"], 1);
}

/// mypage asks login for its keys only, so a revoked token ends at its expiry: decision record 5.
#[tokio::test]
async fn a_token_is_accepted_until_its_early_expiry() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let api = Api::of(&test, mina, &[]);
    let change = async || api.put("/v1/preferences", json!({ "interests": [], "ad_consent": true })).await.0;
    test.consume(&events::session(mina, SessionState::Ended, test.clock.now())).await.expect("consumed");
    test.clock.advance(chrono::Duration::minutes(4));
    assert_eq!(change().await, 200, "also of an ended session");
    test.clock.advance(chrono::Duration::minutes(2));
    assert_eq!(change().await, 401);
}

#[tokio::test]
async fn grpc_replaces_preferences_and_reports_invalid_fields() {
    let test = TestApp::alone().await;
    let api = Api::of(&test, test.person(), &[]);
    let mut client = MyPageClient::connect(api.grpc().await).await.expect("connected");
    let request = |interests| UpdatePreferencesRequest { interests, ad_consent: false };
    let answer = client.update_preferences(api.grpc_request(request(vec![Interest::Sports.into()]))).await;
    let preferences = answer.expect("updated").into_inner().preferences.expect("preferences");
    assert_eq!((preferences.version, preferences.interests), (1, vec![Interest::Sports.into()]));
    for unknown in [0, 99] {
        let refused = client.update_preferences(api.grpc_request(request(vec![unknown]))).await.expect_err("refused");
        assert_eq!(refused.code(), tonic::Code::InvalidArgument);
        assert!(refused.message().contains("interests[0]"), "{}", refused.message());
    }
    let refused = client.update_preferences(api.grpc_request(request(vec![99; 101]))).await.expect_err("refused");
    assert_eq!(refused.message(), "interests: must be at most 100");
}

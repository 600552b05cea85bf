use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{ISSUER, TestApp, Tokens, authorize, claims, json, location, parameter, refusal},
    third_party::text,
};

const WIKI: &str = "https://wiki.acme.example/api";

#[tokio::test]
async fn a_token_is_for_the_resource_it_was_asked_for() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({"resources": [WIKI]})).await;
    let client_id = text(&created, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    let request = format!("{}&resource={ISSUER}/api", authorize(client_id, &[("resource", WIKI)]));
    let page = location(&login.look(&request, &cookie).await);
    assert!(login.look(&page, &cookie).await.text().await.expect("a page").contains(WIKI), "the person is told");
    let code = parameter(&login.allow(&request, &cookie).await, "code").expect("a code");
    let both = Tokens(json(login.exchange(client_id, &code).await).await);
    assert_eq!(claims(both.access())["aud"], format!("{ISSUER}/api"), "who does not say gets our API");

    let refresh = async |token: &str, resource: &str| {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", client_id),
            ("refresh_token", token),
            ("resource", resource),
        ];
        login.token(&fields).await
    };
    assert_eq!(refusal(refresh(both.refresh(), "https://bank.example/").await).await.1, "invalid_target");
    let wiki = Tokens(json(refresh(both.refresh(), WIKI).await).await);
    assert_eq!(claims(wiki.access())["aud"], WIKI);
    assert_eq!(login.get("/v1/members", wiki.access()).await.status(), StatusCode::UNAUTHORIZED, "not for our API");
    assert_eq!(login.get("/v1/members", both.access()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn nobody_asks_for_what_they_did_not_register() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    for resource in [WIKI, "wiki", "http://login.test/", "http://login.test/api/"] {
        let answer = location(&login.look(&authorize("public", &[("resource", resource)]), &cookie).await);
        assert_eq!(parameter(&answer, "error").as_deref(), Some("invalid_target"), "{resource}");
    }
    let ours = format!("{ISSUER}/api");
    assert!(
        parameter(&location(&login.look(&authorize("public", &[("resource", &ours)]), &cookie).await), "code")
            .is_some()
    );
    for (resource, expected) in [(WIKI, "invalid_target"), (ours.as_str(), "")] {
        let fields = [("grant_type", "client_credentials"), ("resource", resource)];
        let answer = json(login.as_client("/token", ("confidential", "hush"), &fields).await).await;
        assert_eq!(answer["error"].as_str().unwrap_or_default(), expected);
    }
}

#[tokio::test]
async fn two_companies_never_share_a_resource() {
    let login = TestApp::start().await;
    let (acme, other) = (login.company("acme").await, login.company("other").await);
    let (ours, theirs) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let first = login.register(&ours, &json!({"resources": [WIKI]})).await;
    login.register(&ours, &json!({"resources": [WIKI]})).await;
    let new = json!({"client_name": "Trap", "redirect_uris": ["https://other.example/"], "resources": [WIKI]});
    let problem = json(login.post("/v1/clients", Some(theirs.access()), &new).await).await;
    assert_eq!(
        (&problem["errors"][0]["field"], &problem["errors"][0]["code"]),
        (&json!("resources[0]"), &json!("resource_taken"))
    );

    let all = json(login.get("/v1/clients", ours.access()).await).await;
    for client in all["items"].as_array().expect("clients") {
        assert_eq!(
            login.post("/v1/clients", Some(theirs.access()), &new).await.status(),
            StatusCode::UNPROCESSABLE_ENTITY
        );
        let path = format!("/v1/clients/{}", text(client, "client_id"));
        login.http.delete(login.url(&path)).bearer_auth(ours.access()).send().await.expect("an answer");
    }
    assert_eq!(
        login.post("/v1/clients", Some(theirs.access()), &new).await.status(),
        StatusCode::CREATED,
        "free again: {first}"
    );
}

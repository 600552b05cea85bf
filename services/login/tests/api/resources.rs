use reqwest::StatusCode;
use serde_json::json;

use crate::{
    harness::{ISSUER, TestApp, Tokens, authorize, claims, json, location, parameter, refusal},
    third_party::text,
};

const WIKI: &str = "https://wiki.acme.example/api";

#[tokio::test]
async fn a_token_has_the_requested_resource_as_audience() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({"resources": [WIKI]})).await;
    let client_id = text(&created, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    let request = format!("{}&resource={ISSUER}/api", authorize(client_id, &[("resource", WIKI)]));
    let page = location(&login.visit(&request, &cookie).await);
    assert!(login.visit(&page, &cookie).await.text().await.expect("page text").contains(WIKI), "the resource is shown");
    let code = parameter(&login.allow(&request, &cookie).await, "code").expect("a code");
    let both = Tokens(json(login.exchange(client_id, &code).await).await);
    assert_eq!(claims(both.access())["aud"], format!("{ISSUER}/api"), "login's API by default");

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
    assert_eq!(
        login.get("/v1/members", wiki.access()).await.status(),
        StatusCode::UNAUTHORIZED,
        "wrong audience for login's API"
    );
    assert_eq!(login.get("/v1/members", both.access()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn unregistered_resources_are_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    for resource in [WIKI, "wiki", "http://login.test/", "http://login.test/api/"] {
        let answer = location(&login.visit(&authorize("public", &[("resource", resource)]), &cookie).await);
        assert_eq!(parameter(&answer, "error").as_deref(), Some("invalid_target"), "{resource}");
    }
    let ours = format!("{ISSUER}/api");
    assert!(
        parameter(&location(&login.visit(&authorize("public", &[("resource", &ours)]), &cookie).await), "code")
            .is_some()
    );
    for (resource, expected) in [(WIKI, "invalid_target"), (ours.as_str(), "")] {
        let fields = [("grant_type", "client_credentials"), ("resource", resource)];
        let answer = json(login.as_client("/token", ("confidential", "hush"), &fields).await).await;
        assert_eq!(answer["error"].as_str().unwrap_or_default(), expected);
    }
}

#[tokio::test]
async fn a_tenant_cannot_register_addresses_of_the_products() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let reports = "https://reports.product.example/of/acme";
    let new = json!({"client_name": "Trap", "redirect_uris": ["https://acme.example/"], "resources": [WIKI, reports]});
    let refused = json(login.post("/v1/clients", Some(admin.access()), &new).await).await;
    let error = &refused["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("resources[1]"), &json!("invalid_resource")));
}

/// Two tenants may register the same address. `tenant_id` tells their tokens apart.
#[tokio::test]
async fn tenants_may_share_an_address_but_not_each_others_tokens() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (ours, theirs) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let new = json!({"resources": [WIKI], "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "client_credentials"]});
    let mut clients = vec![];
    for (signed_up, admin) in [(&other, &theirs), (&acme, &ours)] {
        let client = login.register(admin, &new).await;
        let fields = [("grant_type", "client_credentials"), ("resource", WIKI)];
        let proof = (text(&client, "client_id").to_owned(), text(&client, "client_secret").to_owned());
        let token = json(login.as_client("/token", (&proof.0, &proof.1), &fields).await).await;
        let token = Tokens(token).access().to_owned();
        assert_eq!((&claims(&token)["aud"], &claims(&token)["tenant_id"]), (&json!(WIKI), &json!(signed_up.tenant_id)));
        clients.push((proof, token));
    }
    // The API of one tenant introspects the token of the other tenant.
    let ((id, secret), own) = &clients[1];
    for (token, active) in [(&clients[0].1, false), (own, true)] {
        let introspection = json(login.as_client("/introspect", (id, secret), &[("token", token)]).await).await;
        assert_eq!(introspection["active"], active, "{introspection}");
    }
}

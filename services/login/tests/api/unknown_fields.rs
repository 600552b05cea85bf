//! Fields that login does not know: refused in JSON, ignored where a protocol requires it.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    authenticator::Authenticator,
    harness::{PASSWORD, REDIRECT, TestApp, VERIFIER, authorize, json, location, new_tenant, parameter},
};

const UNKNOWN: (&str, &str) = ("no_such_field", "1");

#[tokio::test]
async fn a_field_that_a_request_does_not_have_is_refused_by_its_name() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let document: Value = serde_json::from_str(&login::http::api::openapi_json()).expect("JSON");
    for wrong in support::wrong_fields(&document) {
        let method: Method = wrong.method.to_uppercase().parse().expect("a method");
        let request = login.http.request(method, login.url(&wrong.path)).bearer_auth(admin.access());
        let response = request.json(&wrong.body).send().await.expect("response");
        wrong.assert_refused(response.status().as_u16(), &json(response).await);
    }
}

#[tokio::test]
async fn an_object_is_not_read_by_position() {
    let login = TestApp::start().await;
    let mut tenant = new_tenant("acme");
    tenant["admin"] = json!(["arr@b.example", "A"]);
    let refused = login.post("/v1/tenants", None, &tenant).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json(refused).await["errors"][0]["field"], "admin");
}

/// Decision 17: `null` is an absent field. No field of a change can be unset.
#[tokio::test]
async fn null_is_read_as_an_absent_field() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let body = json!({"display_name": null, "locale": "ko"});
    let changed = login.send(Method::PATCH, "/v1/me", admin.access(), &body).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let me = json(changed).await;
    assert_eq!((&me["display_name"], &me["locale"]), (&json!("Ada"), &json!("ko")));
    let mut tenant = new_tenant("other");
    tenant["slug"] = json!(null);
    let refused = json(login.post("/v1/tenants", None, &tenant).await).await;
    assert_eq!(refused["errors"][0]["field"], "slug", "a required field");
}

/// RFC 6749, sections 3.1 and 3.2: the server ignores unrecognized request parameters.
#[tokio::test]
async fn unknown_parameters_of_the_protocol_are_ignored() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let redirected = location(&login.visit(&authorize("public", &[UNKNOWN]), &cookie).await);
    let code = parameter(&redirected, "code").expect("a code");
    let exchange = [
        ("grant_type", "authorization_code"),
        ("client_id", "public"),
        ("redirect_uri", REDIRECT),
        ("code", &code),
        ("code_verifier", VERIFIER),
        UNKNOWN,
    ];
    let tokens = login.token(&exchange).await;
    assert_eq!(tokens.status(), StatusCode::OK);
    let tokens = json(tokens).await;
    let refresh_token = tokens["refresh_token"].as_str().expect("a refresh token");
    let revoke = [("client_id", "public"), ("token", refresh_token), UNKNOWN];
    let revoked = login.http.post(login.url("/revoke")).form(&revoke).send().await.expect("response");
    assert_eq!(revoked.status(), StatusCode::OK);
    let logout = login.visit("/logout?no_such_field=1", &cookie).await;
    assert_eq!(logout.status(), StatusCode::OK);
}

#[tokio::test]
async fn unknown_names_of_a_form_are_ignored() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let fields = [("email", acme.admin_email.as_str()), ("password", PASSWORD), UNKNOWN];
    assert_eq!(login.form("/sign-in", "", &fields).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_browser_may_add_members_to_a_credential_but_not_to_the_request() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (cookie, mut device) = (login.sign_in(&acme.admin_email).await, Authenticator::new());
    let options = json(login.script("/passkeys/options", &cookie, &json!({})).await).await;
    let mut credential = device.create(&options);
    credential["authenticatorAttachment"] = json!("platform");
    credential["response"]["publicKeyAlgorithm"] = json!(-7);
    let mut added = json!({"ceremony": options["ceremony"], "name": "Laptop", "credential": credential, "nmae": "x"});
    let refused = login.script("/passkeys", &cookie, &added).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json(refused).await["errors"][0]["field"], "nmae");
    added.as_object_mut().expect("an object").remove("nmae");
    assert_eq!(login.script("/passkeys", &cookie, &added).await.status(), StatusCode::NO_CONTENT);
}

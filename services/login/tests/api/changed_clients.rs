//! The grants that stay after a change of a client: people consented to the client as it was.

use chrono::Duration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{REDIRECT, TestApp, Tokens, authorize, json, location, parameter, refusal},
    recovery::{NEW, reset},
    third_party::text,
};

const THIEF: &str = "https://thief.example/cb";

/// Replaces the registration of a client by the default one with `changes`.
async fn replace(login: &TestApp, admin: &Tokens, client_id: &str, changes: &Value) {
    let mut new = json!({
        "client_name": "Wiki", "token_endpoint_auth_method": "none", "redirect_uris": [REDIRECT], "scope": "openid profile email api",
    });
    for (name, value) in changes.as_object().expect("an object") {
        new[name] = value.clone();
    }
    let replaced = login.send(Method::PUT, &format!("/v1/clients/{client_id}"), admin.access(), &new).await;
    assert_eq!(replaced.status(), StatusCode::OK);
}

/// Whether the client gets a code without a question.
async fn is_consented(login: &TestApp, request: &str, cookie: &str) -> bool {
    let next = location(&login.visit(request, cookie).await);
    assert!(next.contains("code=") || next.starts_with("/consent?"), "{next}");
    next.contains("code=")
}

async fn refresh(login: &TestApp, client_id: &str, tokens: &Tokens) -> StatusCode {
    let fields = [("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", tokens.refresh())];
    login.token(&fields).await.status()
}

#[tokio::test]
async fn a_client_that_gains_something_needs_consent_again() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let cookie = login.sign_in(&login.member(&admin, "bea").await).await;
    let few = json!({"scope": "openid profile email", "redirect_uris": [REDIRECT, "https://b.example/"]});
    for (gained, is_kept) in [
        (json!({"client_name": "Renamed", "redirect_uris": [REDIRECT], "scope": "openid email"}), true),
        (json!({"redirect_uris": [REDIRECT, THIEF], "scope": "openid email"}), false),
        (json!({"scope": "openid email api"}), false),
        (json!({"scope": "openid email", "resources": ["https://wiki.example/api"]}), false),
    ] {
        let wiki = login.register(&admin, &few).await;
        let client_id = text(&wiki, "client_id");
        let ask = authorize(client_id, &[("scope", "openid email")]);
        let tokens = login.tokens_of(client_id, &cookie, &[("scope", "openid email")]).await;
        replace(&login, &admin, client_id, &gained).await;
        assert_eq!(is_consented(&login, &ask, &cookie).await, is_kept, "{gained}");
        let refreshed = refresh(&login, client_id, &tokens).await;
        assert_eq!(refreshed == StatusCode::OK, is_kept, "{gained}");
    }
}

/// The address of a thief must not get the codes of people who consented to the client of their colleague.
#[tokio::test]
async fn a_client_that_a_thief_changed_needs_consent_again() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let bea = login.sign_in(&login.member(&admin, "bea").await).await;
    let wiki = login.register(&admin, &json!({})).await;
    let client_id = text(&wiki, "client_id");
    login.tokens_of(client_id, &bea, &[]).await;

    let thief = login.tokens(&acme.admin_email).await;
    replace(&login, &thief, client_id, &json!({"redirect_uris": [REDIRECT, THIEF]})).await;
    let there = authorize(client_id, &[("redirect_uri", THIEF)]);
    assert!(!is_consented(&login, &there, &bea).await, "at once");
    let code = parameter(&login.allow(&authorize(client_id, &[]), &bea).await, "code").expect("a code");
    replace(
        &login,
        &thief,
        client_id,
        &json!({"redirect_uris": [REDIRECT, THIEF], "resources": ["https://x.example/"]}),
    )
    .await;
    assert_eq!(refusal(login.exchange(client_id, &code).await).await.1, "invalid_grant", "issued before the change");
    // Bea consents to the client once more, since she does not know of the change.
    let tokens = login.tokens_of(client_id, &bea, &[]).await;
    assert!(is_consented(&login, &there, &bea).await);

    reset(&login, &acme.admin_email).await;
    assert!(!is_consented(&login, &there, &bea).await, "after the new password");
    assert_eq!(refresh(&login, client_id, &tokens).await, StatusCode::BAD_REQUEST);
    assert_eq!(refusal(login.get("/v1/me", tokens.access()).await).await.1, "invalid_token");
    let fields = [("email", acme.admin_email.as_str()), ("password", NEW)];
    assert_eq!(login.form("/sign-in", "", &fields).await.status(), StatusCode::SEE_OTHER);
}

/// A confidential client that acts for itself.
async fn register_service(login: &TestApp, admin: &Tokens) -> (String, String) {
    let new = json!({
        "token_endpoint_auth_method": "client_secret_basic", "grant_types": ["client_credentials"], "redirect_uris": [],
        "scope": "api",
    });
    let client = login.register(admin, &new).await;
    (text(&client, "client_id").to_owned(), text(&client, "client_secret").to_owned())
}

async fn own_token(login: &TestApp, (id, secret): (&str, &str)) -> String {
    let fields = [("grant_type", "client_credentials")];
    Tokens(json(login.as_client("/token", (id, secret), &fields).await).await).access().to_owned()
}

async fn is_active(login: &TestApp, token: &str) -> bool {
    json(login.as_client("/introspect", ("product", "hush"), &[("token", token)]).await).await["active"] == true
}

#[tokio::test]
async fn a_clients_own_token_ends_with_its_secret() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (client_id, first) = register_service(&login, &admin).await;
    let renew = async |overlap: u32| {
        login.clock.advance(Duration::seconds(1));
        let path = format!("/v1/clients/{client_id}/secret");
        let renewed = login.post(&path, Some(admin.access()), &json!({"overlap_seconds": overlap})).await;
        text(&json(renewed).await, "client_secret").to_owned()
    };
    let token = own_token(&login, (&client_id, &first)).await;
    assert!(is_active(&login, &token).await);
    let second = renew(60).await;
    assert!(is_active(&login, &token).await, "its secret is still valid");
    let third = renew(60).await;
    assert!(!is_active(&login, &token).await, "the first secret ended before its time");
    let token = own_token(&login, (&client_id, &second)).await;
    assert!(is_active(&login, &token).await);
    let fourth = renew(0).await;
    assert!(!is_active(&login, &token).await, "the second secret ended");
    assert!(is_active(&login, &own_token(&login, (&client_id, &fourth)).await).await);
    assert_ne!(third, fourth);
}

#[tokio::test]
async fn a_thiefs_client_keeps_no_token_after_a_new_password() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let thief = login.tokens(&acme.admin_email).await;
    let (client_id, secret) = register_service(&login, &thief).await;
    let token = own_token(&login, (&client_id, &secret)).await;
    login.clock.advance(Duration::seconds(1));
    reset(&login, &acme.admin_email).await;
    assert!(!is_active(&login, &token).await);
}

#[tokio::test]
async fn a_token_ends_when_its_client_loses_a_scope_or_its_audience() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let api = "https://wiki.example/api";
    let wiki = login.register(&admin, &json!({"resources": [api]})).await;
    let client_id = text(&wiki, "client_id");
    let tokens = login.tokens_of(client_id, &cookie, &[("resource", "http://login.test/api")]).await;
    let elsewhere = login.tokens_of(client_id, &cookie, &[("resource", api)]).await;
    let change = json!({"display_name": "Changed"});
    let written = async |token: &str| login.send(Method::PATCH, "/v1/me", token, &change).await.status();
    assert_eq!(written(tokens.access()).await, StatusCode::OK);
    assert!(is_active(&login, elsewhere.access()).await);

    replace(&login, &admin, client_id, &json!({"scope": "openid"})).await;
    assert_eq!(written(tokens.access()).await, StatusCode::UNAUTHORIZED);
    assert!(!is_active(&login, tokens.access()).await);
    let fields = [("grant_type", "refresh_token"), ("client_id", client_id), ("refresh_token", tokens.refresh())];
    let narrowed = Tokens(json(login.token(&fields).await).await);
    assert_eq!(narrowed.0["scope"], "openid");
    assert!(is_active(&login, narrowed.access()).await);
    assert!(!is_active(&login, elsewhere.access()).await, "the client lost its audience");
}

#[tokio::test]
async fn a_code_is_exchanged_for_what_its_client_may_still_have() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({"redirect_uris": [REDIRECT, THIEF]})).await;
    let client_id = text(&wiki, "client_id");
    let code = parameter(&login.allow(&authorize(client_id, &[]), &cookie).await, "code").expect("a code");
    replace(&login, &admin, client_id, &json!({"redirect_uris": [REDIRECT], "scope": "openid"})).await;
    assert_eq!(json(login.exchange(client_id, &code).await).await["scope"], "openid");
}

#[tokio::test]
async fn a_code_for_an_address_that_the_client_lost_is_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({"redirect_uris": [REDIRECT, "https://kept.example/"]})).await;
    let client_id = text(&wiki, "client_id");
    login.tokens_of(client_id, &cookie, &[]).await;
    let code = login.code(&cookie, client_id).await;
    replace(&login, &admin, client_id, &json!({"redirect_uris": ["https://kept.example/"]})).await;
    assert_eq!(refusal(login.exchange(client_id, &code).await).await.1, "invalid_grant");
}

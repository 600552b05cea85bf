//! Access tokens end with their grant.

use contracts::login::v1::{GetUserRequest, ListSessionsRequest, login_client::LoginClient};
use reqwest::{Method, StatusCode};
use serde_json::json;
use tonic::Code;

use crate::{
    grpc::by,
    harness::{TestApp, Tokens, claims, json},
    third_party::text,
};

const PRODUCT: (&str, &str) = ("product", "hush");

/// Whether `/introspect`, `/v1`, `/userinfo` and gRPC accept a token. They must agree.
async fn is_accepted(login: &TestApp, token: &str) -> bool {
    let answer = json(login.as_client("/introspect", PRODUCT, &[("token", token)]).await).await;
    let accepted = answer["active"].as_bool().expect("active");
    let expected = if accepted { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
    for path in ["/v1/me", "/v1/sessions", "/userinfo"] {
        assert_eq!(login.get(path, token).await.status(), expected, "{path}");
    }
    let address = support::serve_grpc(login::grpc::routes(login.app.clone())).await;
    let mut grpc = LoginClient::connect(format!("http://{address}")).await.expect("connected");
    let expected = if accepted { Code::Ok } else { Code::Unauthenticated };
    let listed = grpc.list_sessions(by(token, ListSessionsRequest { user_id: String::new() })).await;
    assert_eq!(listed.map_or_else(|status| status.code(), |_| Code::Ok), expected);
    let user_id = text(&claims(token), "sub").to_owned();
    let read = grpc.get_user(by(token, GetUserRequest { user_id, tenant_id: String::new() })).await;
    assert_eq!(read.map_or_else(|status| status.code(), |_| Code::Ok), expected);
    accepted
}

/// Tokens of a new grant of the same session.
async fn grant(login: &TestApp, cookie: &str) -> (String, Tokens) {
    let code = login.code(cookie, "public").await;
    let tokens = Tokens(json(login.exchange("public", &code).await).await);
    (code, tokens)
}

async fn revoke(login: &TestApp, token: &str) {
    let fields = [("client_id", "public"), ("token", token)];
    let answer = login.http.post(login.url("/revoke")).form(&fields).send().await.expect("response");
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_access_token_ends_with_its_grant() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let (_, other) = grant(&login, &cookie).await;

    let (_, revoked) = grant(&login, &cookie).await;
    assert!(is_accepted(&login, revoked.access()).await);
    revoke(&login, revoked.refresh()).await;
    assert!(!is_accepted(&login, revoked.access()).await, "its refresh token was revoked");

    let (code, twice) = grant(&login, &cookie).await;
    assert_eq!(login.exchange("public", &code).await.status(), StatusCode::BAD_REQUEST);
    assert!(!is_accepted(&login, twice.access()).await, "its code was used twice");

    let (_, first) = grant(&login, &cookie).await;
    let second = Tokens(json(login.refresh(first.refresh()).await).await);
    let third = Tokens(json(login.refresh(second.refresh()).await).await);
    assert_eq!(login.refresh(first.refresh()).await.status(), StatusCode::BAD_REQUEST);
    for tokens in [&first, &second, &third] {
        assert!(!is_accepted(&login, tokens.access()).await, "a refresh token of the grant was replayed");
    }
    assert!(is_accepted(&login, other.access()).await, "another grant of the same session and client stays");
    login.form("/sign-out", &cookie, &[]).await;
    assert!(!is_accepted(&login, other.access()).await, "its session ended");
}

#[tokio::test]
async fn an_access_token_ends_with_its_consent_client_and_person() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let client_id = text(&wiki, "client_id");
    let email = login.member(&admin, "amy").await;
    let cookie = login.sign_in(&email).await;

    let withdrawn = login.tokens_of(client_id, &cookie, &[]).await;
    assert!(is_accepted(&login, withdrawn.access()).await);
    login.form(&format!("/consents/{client_id}/withdraw"), &cookie, &[]).await;
    assert!(!is_accepted(&login, withdrawn.access()).await);

    let removed = login.tokens_of(client_id, &cookie, &[]).await;
    let path = format!("/v1/clients/{client_id}");
    assert_eq!(login.send(Method::DELETE, &path, admin.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);
    assert!(!is_accepted(&login, removed.access()).await);

    let (_, erased) = grant(&login, &cookie).await;
    let path = format!("/v1/members/{}", text(&claims(erased.access()), "sub"));
    assert_eq!(login.send(Method::DELETE, &path, admin.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);
    assert!(!is_accepted(&login, erased.access()).await);
}

/// During a rollout an older release issues tokens that do not name their grant.
#[tokio::test]
async fn a_token_without_a_grant_ends_with_the_last_grant_of_its_client_and_session() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let (_, tokens) = grant(&login, &cookie).await;
    let mut claims = claims(tokens.access());
    assert!(claims.as_object_mut().expect("claims").remove("grant_id").is_some(), "it names its grant: {claims}");
    let old = login.app.keys.ring().await.expect("keys").sign_access_token(&claims).expect("signed");
    assert!(is_accepted(&login, &old).await);
    revoke(&login, tokens.refresh()).await;
    assert!(!is_accepted(&login, &old).await);
}

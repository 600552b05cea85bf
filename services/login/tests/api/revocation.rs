use chrono::Duration;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    harness::{ISSUER, TestApp, claims, json, refusal},
    third_party::text,
};

const CONFIDENTIAL: (&str, &str) = ("confidential", "hush");
const PRODUCT: (&str, &str) = ("product", "hush");

impl TestApp {
    async fn is_active(&self, client: (&str, &str), token: &str) -> bool {
        let response = self.as_client("/introspect", client, &[("token", token)]).await;
        assert_eq!(
            (response.status(), &response.headers()["cache-control"]),
            (StatusCode::OK, &"no-store".parse().expect("text"))
        );
        let answer = json(response).await;
        let active = answer["active"].as_bool().expect("active");
        assert!(active || answer == json!({"active": false}), "no other fields: {answer}");
        active
    }

    async fn revoke(&self, client_id: &str, token: &str) -> StatusCode {
        let fields = [("client_id", client_id), ("token", token), ("token_type_hint", "unheard_of")];
        self.http.post(self.url("/revoke")).form(&fields).send().await.expect("response").status()
    }
}

#[tokio::test]
async fn a_refresh_token_is_revoked_with_its_family() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (first, unconcerned) = (login.tokens(&acme.admin_email).await, login.tokens(&acme.admin_email).await);
    let second = crate::harness::Tokens(json(login.refresh(first.refresh()).await).await);
    assert_eq!(login.revoke("public", first.refresh()).await, StatusCode::OK, "also with a used token");
    assert_eq!(refusal(login.refresh(second.refresh()).await).await.1, "invalid_grant");
    assert_eq!(login.refresh(unconcerned.refresh()).await.status(), StatusCode::OK);
    for token in [first.refresh(), "nonsense", "a.b.c"] {
        assert_eq!(login.revoke("public", token).await, StatusCode::OK, "{token}");
    }
}

#[tokio::test]
async fn revoking_an_access_token_revokes_its_refresh_tokens() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    let other_session = login.tokens(&acme.admin_email).await;
    assert_eq!(login.get("/userinfo", tokens.access()).await.status(), StatusCode::OK);
    assert_eq!(login.revoke("public", tokens.access()).await, StatusCode::OK);
    assert!(!login.is_active(PRODUCT, tokens.access()).await);
    assert_eq!(refusal(login.get("/userinfo", tokens.access()).await).await.1, "invalid_token");
    assert_eq!(refusal(login.refresh(tokens.refresh()).await).await.1, "invalid_grant");
    assert!(login.is_active(PRODUCT, other_session.access()).await);
    assert_eq!(login.refresh(other_session.refresh()).await.status(), StatusCode::OK);

    login.clock.advance(Duration::days(2));
    login::usecase::sweep::sweep(&login.app).await.expect("swept");
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM revoked_token")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn another_clients_token_stays_untouched() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    for token in [tokens.access(), tokens.refresh()] {
        let refused = login.as_client("/revoke", CONFIDENTIAL, &[("token", token)]).await;
        assert_eq!(refusal(refused).await, (StatusCode::BAD_REQUEST, "unauthorized_client".to_owned()));
    }
    assert!(login.is_active(PRODUCT, tokens.access()).await);
    assert_eq!(login.refresh(tokens.refresh()).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn unauthenticated_clients_are_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    for path in ["/revoke", "/introspect"] {
        let wrong = login.as_client(path, ("confidential", "wrong"), &[("token", tokens.access())]).await;
        assert_eq!(wrong.headers()["www-authenticate"], "Basic realm=\"login\"", "{path}");
        assert_eq!(refusal(wrong).await, (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()));
        let missing = login.as_client(path, CONFIDENTIAL, &[]).await;
        assert_eq!(refusal(missing).await, (StatusCode::BAD_REQUEST, "invalid_request".to_owned()));
    }
    let fields = [("client_id", "public"), ("token", tokens.access())];
    let public = login.http.post(login.url("/introspect")).form(&fields).send().await.expect("response");
    assert_eq!(refusal(public).await, (StatusCode::UNAUTHORIZED, "invalid_client".to_owned()));
}

#[tokio::test]
async fn introspection_is_limited_to_own_tokens_and_own_tenant() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (ours, theirs) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let secret = json!({"token_endpoint_auth_method": "client_secret_basic"});
    let created = login.register(&ours, &secret).await;
    let wiki = (text(&created, "client_id"), text(&created, "client_secret"));
    assert!(login.is_active(wiki, ours.access()).await);
    assert!(!login.is_active(wiki, theirs.access()).await, "another tenant's token");
    assert!(!login.is_active(CONFIDENTIAL, ours.access()).await, "another client's token");
    assert!(!login.is_active(wiki, ours.refresh()).await, "another client's refresh token");
    assert!(!login.is_active(wiki, ours.id()).await && !login.is_active(wiki, "nonsense").await);

    let introspection: Value = json(login.as_client("/introspect", wiki, &[("token", ours.access())]).await).await;
    let expected = claims(ours.access());
    for claim in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "tenant_id", "sid"] {
        assert_eq!(introspection[claim], expected[claim], "{claim}");
    }
    assert_eq!((text(&introspection, "token_type"), text(&introspection, "iss")), ("Bearer", ISSUER));

    let cookie = login.sign_in(&acme.admin_email).await;
    let code = login.code(&cookie, "confidential").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("redirect_uri", crate::harness::REDIRECT),
        ("code", code.as_str()),
        ("code_verifier", crate::harness::VERIFIER),
    ];
    let own = crate::harness::Tokens(json(login.as_client("/token", CONFIDENTIAL, &fields).await).await);
    assert!(login.is_active(CONFIDENTIAL, own.refresh()).await && login.is_active(CONFIDENTIAL, own.access()).await);
    login.clock.advance(Duration::minutes(5));
    assert!(!login.is_active(CONFIDENTIAL, own.access()).await, "expired");
    let again = [("grant_type", "refresh_token"), ("refresh_token", own.refresh())];
    assert_eq!(login.as_client("/token", CONFIDENTIAL, &again).await.status(), StatusCode::OK);
    assert!(!login.is_active(CONFIDENTIAL, own.refresh()).await, "used");
}

#[tokio::test]
async fn ending_a_session_revokes_its_tokens() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    let session = claims(tokens.access())["sid"].as_str().expect("a session").to_owned();
    let request = login.http.delete(login.url(&format!("/v1/sessions/{session}"))).bearer_auth(tokens.access());
    assert_eq!(request.send().await.expect("response").status(), StatusCode::NO_CONTENT);
    assert!(!login.is_active(PRODUCT, tokens.access()).await);
}

use chrono::Duration;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{REDIRECT, TestApp, Tokens, authorize, claims, json, refusal},
    third_party::text,
};

impl TestApp {
    async fn call(&self, method: Method, path: &str, admin: &Tokens, body: &Value) -> Response {
        let request = self.http.request(method, self.url(path)).bearer_auth(admin.access());
        request.json(body).send().await.expect("response")
    }
}

fn path(client: &Value) -> String {
    format!("/v1/clients/{}", text(client, "client_id"))
}

#[tokio::test]
async fn a_replaced_client_loses_its_removed_scopes() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({})).await;
    let read = json(login.get(&path(&created), admin.access()).await).await;
    assert_eq!(read, created, "a public client has no secret");
    assert_eq!(
        (text(&read, "id_token_signed_response_alg"), text(&read, "token_endpoint_auth_method")),
        ("RS256", "none")
    );

    let cookie = login.sign_in(&acme.admin_email).await;
    let tokens = login.tokens_of(text(&created, "client_id"), &cookie, &[]).await;
    let alg = |token: &str| jsonwebtoken::decode_header(token).expect("a header").alg;
    assert_eq!(alg(tokens.id()), jsonwebtoken::Algorithm::RS256);
    let new = json!({
        "client_name": "Wiki 2", "token_endpoint_auth_method": "none", "redirect_uris": [REDIRECT],
        "scope": "openid", "id_token_signed_response_alg": "ES256",
    });
    let replaced = login.call(Method::PUT, &path(&created), &admin, &new).await;
    assert_eq!(replaced.status(), StatusCode::OK);
    assert_eq!(text(&json(replaced).await, "client_name"), "Wiki 2");
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", text(&created, "client_id")),
        ("refresh_token", tokens.refresh()),
    ];
    let narrowed = Tokens(json(login.token(&fields).await).await);
    assert_eq!(narrowed.0["scope"], "openid");
    assert_eq!(
        (alg(narrowed.id()), alg(narrowed.access())),
        (jsonwebtoken::Algorithm::ES256, jsonwebtoken::Algorithm::ES256)
    );
    assert_eq!(login.get("/userinfo", narrowed.id()).await.status(), StatusCode::UNAUTHORIZED, "still no access token");
    assert_eq!(login.get("/userinfo", narrowed.access()).await.status(), StatusCode::OK, "openid is enough");

    let mut wrong = new.clone();
    wrong["token_endpoint_auth_method"] = json!("client_secret_post");
    wrong["id_token_signed_response_alg"] = json!("ES256");
    let problem = json(login.call(Method::PUT, &path(&created), &admin, &wrong).await).await;
    assert_eq!(problem["errors"][0]["field"], "token_endpoint_auth_method");
    wrong["id_token_signed_response_alg"] = json!("none");
    let problem = json(login.call(Method::PUT, &path(&created), &admin, &wrong).await).await;
    assert_eq!(problem["errors"][0]["field"], "id_token_signed_response_alg");
}

#[tokio::test]
async fn removing_a_client_revokes_its_tokens() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({})).await;
    let client_id = text(&created, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    login.tokens_of(client_id, &cookie, &[]).await;
    assert_eq!(login.call(Method::DELETE, &path(&created), &admin, &json!({})).await.status(), StatusCode::NO_CONTENT);
    let live: i64 =
        sqlx::query_scalar("SELECT count(*) FROM refresh_family WHERE client_id = $1 AND revoked_at IS NULL")
            .bind(client_id)
            .fetch_one(&login.superuser().await)
            .await
            .expect("a count");
    assert_eq!(live, 0);
    assert_eq!(login.visit(&authorize(client_id, &[]), &cookie).await.status(), StatusCode::BAD_REQUEST);
    for method in [Method::GET, Method::DELETE] {
        let gone = login.call(method, &path(&created), &admin, &json!({})).await;
        assert_eq!(refusal(gone).await, (StatusCode::NOT_FOUND, "client_not_found".to_owned()));
    }
}

#[tokio::test]
async fn an_old_secret_stays_valid_during_the_overlap() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"token_endpoint_auth_method": "client_secret_basic", "grant_types": ["client_credentials"], "scope": "api"});
    let created = login.register(&admin, &new).await;
    let client_id = text(&created, "client_id");
    let works = async |secret: &str| {
        let fields = [("grant_type", "client_credentials")];
        login.as_client("/token", (client_id, secret), &fields).await.status() == StatusCode::OK
    };
    let renew = async |overlap: u32| {
        let body = json!({"overlap_seconds": overlap});
        let renewed = login.call(Method::POST, &format!("{}/secret", path(&created)), &admin, &body).await;
        assert_eq!(renewed.status(), StatusCode::OK);
        text(&json(renewed).await, "client_secret").to_owned()
    };
    let first = text(&created, "client_secret").to_owned();
    let second = renew(60).await;
    assert!(works(&first).await && works(&second).await);
    login.clock.advance(Duration::seconds(60));
    assert!(!works(&first).await && works(&second).await);
    let third = renew(0).await;
    assert!(!works(&second).await && works(&third).await && !works("").await);

    let by_body = [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", &third)];
    assert_eq!(
        refusal(login.token(&by_body).await).await.1,
        "invalid_client",
        "the client registered another auth method"
    );
    let public = login.register(&admin, &json!({})).await;
    let refused = login.call(Method::POST, &format!("{}/secret", path(&public)), &admin, &json!({})).await;
    assert_eq!(refusal(refused).await, (StatusCode::CONFLICT, "secret_not_used".to_owned()));
}

#[tokio::test]
async fn only_admins_of_the_same_tenant_manage_clients() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (ours, theirs) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let member = login.tokens(&login.member(&ours, "amy").await).await;
    let created = login.register(&ours, &json!({})).await;
    let new = json!({"client_name": "X", "token_endpoint_auth_method": "none", "redirect_uris": [REDIRECT]});
    let secret = format!("{}/secret", path(&created));
    let calls = [
        (Method::GET, path(&created)),
        (Method::PUT, path(&created)),
        (Method::DELETE, path(&created)),
        (Method::POST, secret),
    ];
    for (method, path) in calls {
        let body = if method == Method::POST { json!({}) } else { new.clone() };
        let foreign = login.call(method.clone(), &path, &theirs, &body).await;
        assert_eq!(refusal(foreign).await, (StatusCode::NOT_FOUND, "client_not_found".to_owned()), "{method}");
        let by_member = login.call(method.clone(), &path, &member, &body).await;
        assert_eq!(refusal(by_member).await, (StatusCode::FORBIDDEN, "forbidden".to_owned()), "{method}");
    }
    let cookie = login.sign_in(&acme.admin_email).await;
    let tokens = login.tokens_of(text(&created, "client_id"), &cookie, &[]).await;
    assert_eq!(claims(tokens.access())["tenant_id"], acme.tenant_id);
    let outsider = login.sign_in(&other.admin_email).await;
    let answer = login.visit(&authorize(text(&created, "client_id"), &[]), &outsider).await;
    assert!(answer.text().await.expect("page text").contains("access_denied"));
}

//! Every operation of `/v1` checks session, grant, person, role and tenant of now, not of the token. The operations come from the
//! OpenAPI document and their bodies from the table of `rights.rs`, so a new endpoint is checked, too.

use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    harness::{TestApp, Tokens, claims, json, refusal},
    rights::{EXPECTED, Sent, UNKNOWN_ID},
    third_party::text,
};

/// An operation that needs an access token.
struct Operation {
    method: String,
    path: String,
    body: Option<&'static str>,
    /// What a member gets.
    for_member: u16,
}

async fn operations(login: &TestApp) -> Vec<Operation> {
    let document: Value = json(login.visit("/openapi.json", "").await).await;
    let mut found = vec![];
    for (path, operations) in document["paths"].as_object().expect("paths") {
        for (method, operation) in operations.as_object().expect("operations") {
            if operation["security"].as_array().is_none_or(Vec::is_empty) {
                continue;
            }
            let row = EXPECTED.iter().find(|(named, of, ..)| named.eq_ignore_ascii_case(method) && of == path);
            let (_, _, sent, [_, for_member, ..]) = row.expect("a row of rights.rs");
            let body = if let Sent::Json(body) = sent { Some(*body) } else { None };
            found.push(Operation { method: method.to_uppercase(), path: path.clone(), body, for_member: *for_member });
        }
    }
    assert!(found.iter().filter(|operation| operation.method != "GET").count() >= 10, "the writing operations");
    found
}

async fn call(login: &TestApp, operation: &Operation, token: &str) -> Response {
    let ids = ["{client_id}", "{invitation_id}", "{user_id}", "{session_id}"];
    let path = ids.iter().fold(operation.path.clone(), |path, id| path.replace(id, UNKNOWN_ID));
    let method: Method = operation.method.parse().expect("a method");
    let request = login.http.request(method, login.url(&path)).bearer_auth(token);
    let request = match operation.body {
        Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(body),
        None => request,
    };
    request.send().await.expect("response")
}

/// A new admin of the tenant, and their path in the API.
async fn other_admin(login: &TestApp, admin: &Tokens) -> (Tokens, String) {
    let email = login.member(admin, "amy").await;
    let id = "SELECT user_id::text FROM user_account WHERE email = $1";
    let id: String = sqlx::query_scalar(id).bind(&email).fetch_one(&login.superuser().await).await.expect("an id");
    let path = format!("/v1/members/{id}");
    let promoted = login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["admin"]})).await;
    assert_eq!(promoted.status(), StatusCode::OK);
    (login.tokens(&email).await, path)
}

#[tokio::test]
async fn no_operation_works_by_the_rights_of_before() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let admin = login.tokens(&acme.admin_email).await;

    let ended = login.tokens(&acme.admin_email).await;
    let path = format!("/v1/sessions/{}", text(&claims(ended.access()), "sid"));
    assert_eq!(login.send(Method::DELETE, &path, ended.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);

    let revoked = login.tokens(&acme.admin_email).await;
    let fields = [("client_id", "public"), ("token", revoked.refresh())];
    let answer = login.http.post(login.url("/revoke")).form(&fields).send().await.expect("response");
    assert_eq!(answer.status(), StatusCode::OK);

    let (removed, path) = other_admin(&login, &admin).await;
    assert_eq!(login.send(Method::DELETE, &path, admin.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);

    let superuser = login.superuser().await;
    let (suspended, path) = other_admin(&login, &admin).await;
    let suspend = "UPDATE user_account SET status = 'suspended' WHERE user_id = $1::uuid";
    let id = path.rsplit('/').next().expect("an id");
    sqlx::query(suspend).bind(id).execute(&superuser).await.expect("suspended");

    let of_suspended = login.tokens(&other.admin_email).await;
    let suspend = "UPDATE tenant SET status = 'suspended' WHERE tenant_id = $1::uuid";
    sqlx::query(suspend).bind(&other.tenant_id).execute(&superuser).await.expect("suspended");

    let (demoted, path) = other_admin(&login, &admin).await;
    let demote = json!({"roles": ["member"]});
    assert_eq!(login.send(Method::PATCH, &path, admin.access(), &demote).await.status(), StatusCode::OK);

    for operation in operations(&login).await {
        let Operation { method, path, .. } = &operation;
        for (who, tokens) in [
            ("an ended session", &ended),
            ("a revoked grant", &revoked),
            ("a removed member", &removed),
            ("a suspended member", &suspended),
            ("a suspended tenant", &of_suspended),
        ] {
            let refused = refusal(call(&login, &operation, tokens.access()).await).await;
            assert_eq!(refused, (StatusCode::UNAUTHORIZED, "invalid_token".to_owned()), "{method} {path} by {who}");
        }
        // A demoted admin has the rights of a member. The id of the session is unknown.
        let expected = if path == "/v1/sessions/{session_id}" { 204 } else { operation.for_member };
        let status = call(&login, &operation, demoted.access()).await.status();
        assert_eq!(status, expected, "{method} {path} by a demoted admin");
    }
    let left: i64 = sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM client) + (SELECT count(*) FROM invitation WHERE accepted_at IS NULL)",
    )
    .fetch_one(&superuser)
    .await
    .expect("a count");
    assert_eq!(left, 0, "nothing was planted");
}

//! Tenants cannot see each other's data.

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{REDIRECT, TestApp, claims, json};

#[tokio::test]
async fn every_tenant_table_has_forced_row_level_security() {
    let login = TestApp::start().await;
    assert_eq!(login.database.tables_without_row_level_security().await, Vec::<String>::new());
}

#[tokio::test]
async fn without_a_tenant_the_app_role_sees_no_rows() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    login.tokens_of(wiki["client_id"].as_str().expect("an id"), &cookie, &[]).await;
    login
        .post(
            "/v1/invitations",
            Some(admin.access()),
            &json!({"email": "x@x.example", "role": "member", "locale": "en"}),
        )
        .await;
    login.form("/forgot-password", "", &[("email", &acme.admin_email)]).await;
    login.send_mails().await;
    let unreadable = sqlx::query("SELECT FROM mail").execute(login.app.db.app()).await;
    assert!(unreadable.is_err(), "only the worker role reads mails");
    let tables = [
        "tenant",
        "user_account",
        "credential",
        "session",
        "refresh_family",
        "refresh_token",
        "authorization_code",
        "client",
        "client_change",
        "consent",
        "invitation",
        "sign_in_day",
        "active_member",
        "password_reset",
        "known_device",
    ];
    for table in tables {
        let count = format!("SELECT count(*) FROM {table}");
        let all: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count.clone()))
            .fetch_one(&login.superuser().await)
            .await
            .expect("a count");
        let seen: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(login.app.db.app()).await.expect("a count");
        assert_eq!((all > 0, seen), (true, 0), "{table}");
    }
}

#[tokio::test]
async fn an_admin_sees_and_changes_their_own_tenant_only() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (ours, theirs) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    login
        .post("/v1/clients", Some(theirs.access()), &json!({"client_name": "Wiki", "redirect_uris": [REDIRECT]}))
        .await;
    login
        .post(
            "/v1/invitations",
            Some(theirs.access()),
            &json!({"email": "x@x.example", "role": "member", "locale": "en"}),
        )
        .await;

    for (path, expected) in [("/v1/members", 1), ("/v1/clients", 0), ("/v1/invitations", 0), ("/v1/sessions", 1)] {
        let list = json(login.get(path, ours.access()).await).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(expected), "{path}");
    }
    let session = claims(theirs.access())["sid"].as_str().expect("a session").to_owned();
    let path = login.url(&format!("/v1/sessions/{session}"));
    let ended = login.http.delete(path).bearer_auth(ours.access()).send().await.expect("response");
    assert_eq!(ended.status(), StatusCode::NO_CONTENT, "as for an unknown session");
    assert_eq!(login.refresh(theirs.refresh()).await.status(), StatusCode::OK, "the session is still active");

    let cookie = login.sign_in(&acme.admin_email).await;
    login.form(&format!("/sessions/{session}/end"), &cookie, &[]).await;
    let live: i64 = sqlx::query_scalar("SELECT count(*) FROM session WHERE ended_at IS NULL AND tenant_id = $1::uuid")
        .bind(&other.tenant_id)
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(live, 1);
}

use reqwest::StatusCode;
use serde_json::json;

use crate::harness::{PASSWORD, TestApp, json, location, new_tenant, refusal};

#[tokio::test]
async fn a_company_signs_up_and_its_admin_sees_it() {
    let login = TestApp::start().await;
    let signed_up = login.tenant("acme").await;
    let admin = login.tokens(&signed_up.admin_email).await;
    let tenant = json(login.get("/v1/tenant", admin.access()).await).await;
    assert_eq!((&tenant["slug"], &tenant["tenant_id"]), (&json!("acme"), &json!(signed_up.tenant_id)));
    let members = json(login.get("/v1/members", admin.access()).await).await;
    assert_eq!(members["items"][0]["roles"], json!(["member", "admin"]));
}

#[tokio::test]
async fn a_taken_slug_is_refused_and_a_taken_address_is_not_revealed() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let again = login.post("/v1/tenants", None, &new_tenant("acme")).await;
    assert_eq!(refusal(again).await, (StatusCode::CONFLICT, "slug_taken".to_owned()));
    let mut other = new_tenant("other");
    other["admin"]["email"] = json!(" ADMIN@acme.example ");
    let taken = login.post("/v1/tenants", None, &other).await;
    assert_eq!(taken.status(), StatusCode::ACCEPTED);
    assert_eq!(login.mails(&acme.admin_email).await[0]["subject"], "You already have an account");
}

#[tokio::test]
async fn a_repeated_idempotency_key_gets_the_same_response() {
    let login = TestApp::start().await;
    let send = |key: &'static str, body| {
        let request = login.http.post(login.url("/v1/tenants")).header("idempotency-key", key).json(&body);
        async move { request.send().await.expect("response") }
    };
    let first = json(send("one", new_tenant("acme")).await).await;
    let second = send("one", new_tenant("acme")).await;
    assert_eq!(second.status(), StatusCode::ACCEPTED);
    assert_eq!(second.headers()["idempotency-replayed"], "true");
    assert_eq!(json(second).await, first);
    assert_eq!(login.mails("admin@acme.example").await.len(), 1);
    let mut changed = new_tenant("acme");
    changed["name"] = json!("Another");
    assert_eq!(refusal(send("one", changed).await).await.1, "idempotency_key_reused");
    assert_eq!(send("two", new_tenant("acme")).await.status(), StatusCode::ACCEPTED, "a repeated sign-up");
    assert_eq!(login.mails("admin@acme.example").await.len(), 2);
    let callers: Vec<String> = sqlx::query_scalar("SELECT caller FROM idempotency_key")
        .fetch_all(&login.superuser().await)
        .await
        .expect("stored");
    assert_eq!(callers.len(), 2);
    assert!(callers[0].starts_with("stranger:") && !callers[0].contains("acme"), "stored as a hash: {}", callers[0]);
}

#[tokio::test]
async fn unreadable_names_are_refused() {
    let login = TestApp::start().await;
    for unreadable in ["\u{202e}emcA", "\u{200b}", "\u{3164}"] {
        let mut wrong = new_tenant("acme");
        wrong["name"] = json!(unreadable);
        wrong["admin"]["display_name"] = json!(unreadable);
        let refused = login.post("/v1/tenants", None, &wrong).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY, "{unreadable:?}");
        let problem = json(refused).await;
        let fields = [&problem["errors"][0]["field"], &problem["errors"][1]["field"]];
        assert_eq!(fields, ["name", "admin.display_name"]);
    }
}

#[tokio::test]
async fn members_are_paginated() {
    let login = TestApp::start().await;
    let signed_up = login.tenant("acme").await;
    let admin = login.tokens(&signed_up.admin_email).await;
    for name in ["amy", "bob"] {
        login.member(&admin, name).await;
    }
    let mut names = vec![];
    let mut path = "/v1/members?limit=1".to_owned();
    loop {
        let page = json(login.get(&path, admin.access()).await).await;
        names.push(page["items"][0]["display_name"].as_str().expect("a name").to_owned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/members?limit=1&cursor={cursor}");
    }
    assert_eq!(names, ["Ada", "amy", "bob"]);
}

#[tokio::test]
async fn the_page_signs_a_company_up_and_its_admin_in() {
    let login = TestApp::start().await;
    let fields = [
        ("name", "한강 상점"),
        ("slug", "hangang"),
        ("locale", "ko"),
        ("display_name", "김한강"),
        ("email", "admin@hangang.example"),
    ];
    let response = login.form("/sign-up", "", &fields).await;
    assert_eq!(location(&response), "/sign-up/sent");
    let sent = login.visit("/sign-up/sent", "").await.text().await.expect("page text");
    assert!(sent.contains(r#"href="/dev/mailbox""#), "links the mailbox: {sent}");
    let path = format!("/verify/{}", login.mailed_token("admin@hangang.example", "/verify/").await);
    let page = login.visit(&path, "").await.text().await.expect("page text");
    assert!(page.contains("한강 상점") && page.contains("admin@hangang.example"), "{page}");
    let response = login.form(&path, "", &[("password", PASSWORD)]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let home = login.visit("/", &crate::harness::cookie(&response)).await.text().await.expect("page text");
    assert!(home.contains("한강 상점") && home.contains(r#"<html lang="ko">"#), "{home}");
}

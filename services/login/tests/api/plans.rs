//! Limits and metering of plans.

use chrono::Duration;
use contracts::login::v1::UsageRecorded;
use login::{domain::plan::Plan, usecase::tenants::change_tenant::set_plan};
use reqwest::{Response, StatusCode, header};
use serde_json::json;

use crate::{
    events::published,
    harness::{PASSWORD, Tenant, TestApp, Tokens, json, new_tenant, refusal},
};

/// Adds members that only count against the limit.
async fn add_people(login: &TestApp, signed_up: &Tenant, count: i32) {
    let add =
        "INSERT INTO user_account (user_id, tenant_id, email, display_name, locale, roles, created_at, changed_at)
               SELECT gen_random_uuid(), $1::uuid, gen_random_uuid()::text, 'x', 'en', '{member}', now(), now()
               FROM generate_series(1, $2)";
    sqlx::query(add).bind(&signed_up.tenant_id).bind(count).execute(&login.superuser().await).await.expect("added");
}

async fn invite(login: &TestApp, admin: &Tokens, name: &str) -> Response {
    let body = json!({"email": format!("{name}@people.example"), "role": "member", "locale": "en"});
    login.post("/v1/invitations", Some(admin.access()), &body).await
}

async fn accept(login: &TestApp, invited: Response) -> Response {
    let invited = json(invited).await;
    let token = login.mailed_token(invited["email"].as_str().expect("an address"), "/invitations/").await;
    let body = json!({"token": token, "display_name": "x", "password": PASSWORD});
    login.post("/v1/invitations/accept", None, &body).await
}

fn sorted(mut statuses: [StatusCode; 2]) -> [u16; 2] {
    statuses.sort();
    statuses.map(|status| status.as_u16())
}

async fn sign_in(login: &TestApp, email: &str) -> Response {
    login.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await
}

#[tokio::test]
async fn an_open_invitation_counts_as_a_member() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    add_people(&login, &acme, 7).await;
    for name in ["one", "two", "two"] {
        assert_eq!(invite(&login, &admin, name).await.status(), StatusCode::CREATED, "{name}");
    }
    let full = invite(&login, &admin, "three").await;
    assert_eq!(refusal(full).await, (StatusCode::CONFLICT, "plan_limit_members".to_owned()));
    set_plan(&login.app, "acme", Plan::Pro).await.expect("set");
    assert_eq!(invite(&login, &admin, "three").await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn the_last_seat_is_taken_once() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    add_people(&login, &acme, 7).await;
    let (one, two) = (invite(&login, &admin, "one").await, invite(&login, &admin, "two").await);
    add_people(&login, &acme, 1).await;
    let (one, two) = tokio::join!(accept(&login, one), accept(&login, two));
    assert_eq!(sorted([one.status(), two.status()]), [201, 409]);
    let refused = if one.status() == 409 { one } else { two };
    assert_eq!(refusal(refused).await.1, "plan_limit_members");
}

#[tokio::test]
async fn concurrent_invitations_do_not_share_a_seat() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    add_people(&login, &acme, 8).await;
    let (one, two) = tokio::join!(invite(&login, &admin, "one"), invite(&login, &admin, "two"));
    assert_eq!(sorted([one.status(), two.status()]), [201, 409]);
}

#[tokio::test]
async fn sign_ins_a_day_are_limited() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    login.sign_in(&acme.admin_email).await;
    let nearly = "UPDATE sign_in_day SET sign_ins = 999 WHERE day = '2026-05-04'";
    sqlx::query(nearly).execute(&login.superuser().await).await.expect("counted");
    let (one, two) = tokio::join!(sign_in(&login, &acme.admin_email), sign_in(&login, &acme.admin_email));
    assert_eq!(sorted([one.status(), two.status()]), [303, 429]);
    let refused = if one.status() == 429 { one } else { two };
    // It is 03:02:01 in the tenant's time zone.
    assert_eq!(refused.headers()[header::RETRY_AFTER], (86_400 - 10_921).to_string());
    assert!(refused.text().await.expect("page text").contains("reached its limit of sign-ins"));

    login.clock.advance(Duration::hours(21));
    login.sign_in(&acme.admin_email).await;
}

#[tokio::test]
async fn a_tenant_sees_its_plan_and_usage() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let tenant = json(login.get("/v1/tenant", admin.access()).await).await;
    assert_eq!((&tenant["slug"], &tenant["plan"]), (&json!("acme"), &json!("free")));
    assert_eq!(tenant["limits"], json!({"members": 10, "sign_ins_a_day": 1000}));
    assert_eq!(tenant["usage"], json!({"members": 1, "sign_ins_today": 1}));
    set_plan(&login.app, "acme", Plan::Pro).await.expect("set");
    let tenant = json(login.get("/v1/tenant", admin.access()).await).await;
    assert_eq!((&tenant["plan"], &tenant["limits"]["members"]), (&json!("pro"), &json!(1000)));
}

#[tokio::test]
async fn a_member_counts_as_active_once_a_month_of_the_tenant() {
    let login = TestApp::start().await;
    let mut seoul = new_tenant("hangang");
    seoul["time_zone"] = "Asia/Seoul".into();
    login.post("/v1/tenants", None, &seoul).await;
    let email = "admin@hangang.example";
    let token = login.mailed_token(email, "/verify/").await;
    login.post("/v1/tenants/verify", None, &json!({"token": token, "password": PASSWORD})).await;
    let active = async || {
        let usage = published::<UsageRecorded>(&login, "login.usage.v1").await;
        let records = usage.into_iter().filter_map(|(_, _, recorded)| recorded.record);
        let active = records.filter(|record| record.metric == "login.monthly_active_members");
        active.map(|record| record.quantity).collect::<Vec<_>>()
    };
    let (one, two, three) = tokio::join!(sign_in(&login, email), sign_in(&login, email), sign_in(&login, email));
    assert_eq!([one, two, three].map(|response| response.status().as_u16()), [303; 3]);
    assert_eq!(active().await, [1]);
    // 23:59:59 of 31 May in Seoul, and a second later.
    login
        .clock
        .advance("2026-05-31T14:59:59Z".parse::<chrono::DateTime<chrono::Utc>>().expect("a time") - login.clock.now());
    login.sign_in(email).await;
    assert_eq!(active().await, [1]);
    login.clock.advance(Duration::seconds(1));
    login.sign_in(email).await;
    assert_eq!(active().await, [1, 1]);
}

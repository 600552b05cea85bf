//! The lists of a tenant and of a person are bounded.

use chrono::Duration;
use login::{
    domain::{mail::MAX_INVITATIONS_PER_TENANT, registered_client, session},
    store,
    usecase::sessions::start_session::start_session,
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{REDIRECT, TestApp, claims, json, refusal, request_context},
    third_party::text,
};

#[tokio::test]
async fn a_tenant_has_at_most_a_hundred_clients() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let admin = login.tokens(&acme.admin_email).await;
    let superuser = login.superuser().await;
    let add = "INSERT INTO client (client_id, tenant_id, client_name, grant_types, redirect_uris, post_logout_redirect_uris, scope,
                                   created_by, created_at)
               SELECT gen_random_uuid()::text, $1::uuid, 'x', '{}', '{}', '{}', 'openid', gen_random_uuid(), now()
               FROM generate_series(1, $2)";
    let most = i32::try_from(registered_client::MAX_PER_TENANT).expect("small");
    sqlx::query(add).bind(&acme.tenant_id).bind(most - 1).execute(&superuser).await.expect("added");

    let new = json!({"client_name": "Wiki", "redirect_uris": [REDIRECT]});
    let register = || login.post("/v1/clients", Some(admin.access()), &new);
    let (one, other_one) = tokio::join!(register(), register());
    let mut statuses = [one.status().as_u16(), other_one.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "also concurrently");
    assert_eq!(refusal(register().await).await, (StatusCode::CONFLICT, "too_many_clients".to_owned()));
    let cookie = login.sign_in(&acme.admin_email).await;
    let fields = [("client_name", "Wiki"), ("token_endpoint_auth_method", "none"), ("redirect_uris", REDIRECT)];
    let page = login.form("/clients", &cookie, &fields).await;
    assert_eq!(page.status(), StatusCode::CONFLICT);
    assert!(page.text().await.expect("page text").contains("Your company has 100 apps."));

    let foreign = login.tokens(&other.admin_email).await;
    login.register(&foreign, &json!({})).await;
    sqlx::query("DELETE FROM client WHERE client_name = 'x'").execute(&superuser).await.expect("deleted");
    login.register(&admin, &json!({})).await;
}

#[tokio::test]
async fn grant_types_are_listed_once() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"client_name": "Wiki", "redirect_uris": [REDIRECT], "grant_types": vec!["refresh_token"; 1000]});
    let refused = json(login.post("/v1/clients", Some(admin.access()), &new).await).await;
    assert_eq!(refused["errors"][0]["field"], "grant_types");
}

/// Each sign-in adds a session for thirty days. The one that was not used for longest ends.
#[tokio::test]
async fn a_person_has_at_most_a_hundred_sessions() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (used, unused) = (login.tokens(&acme.admin_email).await, login.tokens(&acme.admin_email).await);
    login.clock.advance(Duration::minutes(2));
    let used = crate::harness::Tokens(json(login.refresh(used.refresh()).await).await);
    let tenant_id = acme.tenant_id.parse().expect("an id");
    let user_id = text(&claims(used.access()), "sub").parse().expect("an id");
    for _ in 0..session::MAX_PER_PERSON - 1 {
        let mut tx = login.app.db.begin(tenant_id).await.expect("a transaction");
        let user = store::user::find(&mut tx, user_id).await.expect("read").expect("a person");
        start_session(&login.app, &mut tx, &user, &request_context()).await.expect("started");
        tx.commit().await.expect("committed");
    }
    let listed = json(login.get("/v1/sessions", used.access()).await).await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(100));
    assert_eq!(login.refresh(unused.refresh()).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(login.refresh(used.refresh()).await.status(), StatusCode::OK);
}

/// A withdrawn invitation takes no seat of the plan, but its mail was sent.
#[tokio::test]
async fn a_tenant_sends_a_bounded_number_of_invitations() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let invite = async |number: i64| {
        let new = json!({"email": format!("p{number}@people.example"), "role": "member", "locale": "en"});
        login.post("/v1/invitations", Some(admin.access()), &new).await
    };
    for number in 0..MAX_INVITATIONS_PER_TENANT {
        let invited = invite(number).await;
        assert_eq!(invited.status(), StatusCode::CREATED);
        let path = format!("/v1/invitations/{}", text(&json(invited).await, "invitation_id"));
        login.send(Method::DELETE, &path, admin.access(), &json!({})).await;
    }
    let refused = invite(MAX_INVITATIONS_PER_TENANT).await;
    assert_eq!(refusal(refused).await, (StatusCode::TOO_MANY_REQUESTS, "too_many_tries".to_owned()));
    login.clock.advance(Duration::hours(1));
    let admin = login.tokens(&acme.admin_email).await;
    let new = json!({"email": "later@people.example", "role": "member", "locale": "en"});
    assert_eq!(login.post("/v1/invitations", Some(admin.access()), &new).await.status(), StatusCode::CREATED);
}

//! The lists of a tenant and of a person are bounded.

use chrono::Duration;
use login::{
    domain::{known_device, mail::MAX_INVITATIONS_PER_TENANT, refresh, registered_client, session},
    store,
    usecase::{request_context::RequestContext, sessions::start_session::start_session},
};
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    harness::{REDIRECT, TestApp, Tokens, claims, json, refusal, request_context},
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
    let used = Tokens(json(login.refresh(used.refresh()).await).await);
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

/// Each code of the session's cookie adds a family of refresh tokens.
#[tokio::test]
async fn a_session_has_at_most_a_hundred_families_of_refresh_tokens() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let grant = async || {
        let code = login.code(&cookie, "public").await;
        Tokens(json(login.exchange("public", &code).await).await)
    };
    let oldest = grant().await;
    login.clock.advance(Duration::seconds(1));
    let second = grant().await;
    let superuser = login.superuser().await;
    let add = "INSERT INTO refresh_family (family_id, tenant_id, session_id, user_id, client_id, scope, created_at)
               SELECT gen_random_uuid(), tenant_id, session_id, user_id, client_id, scope, created_at + interval '1 second'
               FROM (SELECT * FROM refresh_family ORDER BY created_at DESC LIMIT 1) AS newest, generate_series(1, $1)";
    let most = i32::try_from(refresh::MAX_FAMILIES_PER_SESSION).expect("small");
    sqlx::query(add).bind(most - 2).execute(&superuser).await.expect("added");
    login.clock.advance(Duration::seconds(2));
    let newest = grant().await;
    let live = "SELECT count(*) FROM refresh_family WHERE revoked_at IS NULL";
    let live: i64 = sqlx::query_scalar(live).fetch_one(&superuser).await.expect("a count");
    assert_eq!(live, i64::from(most));
    assert_eq!(login.refresh(oldest.refresh()).await.status(), StatusCode::BAD_REQUEST);
    assert_eq!(login.get("/v1/me", oldest.access()).await.status(), StatusCode::UNAUTHORIZED);
    for kept in [second, newest] {
        assert_eq!(login.refresh(kept.refresh()).await.status(), StatusCode::OK);
    }
}

/// A program names its device itself.
#[tokio::test]
async fn a_person_has_at_most_a_hundred_known_devices() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (tenant_id, user_id) = (acme.tenant_id.parse().expect("an id"), acme.admin_id.parse().expect("an id"));
    let superuser = login.superuser().await;
    let sign_in = async |device: &str| {
        let mut tx = login.app.db.begin(tenant_id).await.expect("a transaction");
        let user = store::user::find(&mut tx, user_id).await.expect("read").expect("a person");
        let context = RequestContext { device: device.to_owned(), ..request_context() };
        start_session(&login.app, &mut tx, &user, &context).await.expect("started");
        tx.commit().await.expect("committed");
    };
    sign_in("first").await;
    let add = "INSERT INTO known_device
               SELECT tenant_id, user_id, 'old-' || number, last_used_at - number * interval '1 day'
               FROM known_device, generate_series(1, $1) AS number";
    let most = i32::try_from(known_device::MAX_PER_PERSON).expect("small");
    sqlx::query(add).bind(most - 1).execute(&superuser).await.expect("added");
    tokio::join!(sign_in("new-1"), sign_in("new-2"), sign_in("new-2"), sign_in("old-1"));
    let devices = sqlx::query_scalar("SELECT device FROM known_device ORDER BY last_used_at, device");
    let devices: Vec<String> = devices.fetch_all(&superuser).await.expect("devices");
    assert_eq!(devices.len(), known_device::MAX_PER_PERSON);
    assert_eq!(devices[0], "old-97", "of 99, the last two were replaced");
    assert!(["new-1", "new-2", "old-1"].iter().all(|device| devices.iter().any(|each| each == device)));
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

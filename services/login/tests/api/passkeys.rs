//! Registering a passkey and signing in with it.

use chrono::Duration;
use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    authenticator::Authenticator,
    harness::{TestApp, authorize, claims, json, location, parameter, refusal},
};

/// Adds a passkey to the session's account.
async fn add(login: &TestApp, cookie: &str, device: &mut Authenticator, name: &str) -> Response {
    let options = json(login.script("/passkeys/options", cookie, &json!({})).await).await;
    let credential = device.create(&options);
    let added = json!({"ceremony": options["ceremony"], "name": name, "credential": credential});
    login.script("/passkeys", cookie, &added).await
}

pub(crate) async fn with_passkey(login: &TestApp, email: &str) -> Authenticator {
    let (cookie, mut device) = (login.sign_in(email).await, Authenticator::new());
    assert_eq!(add(login, &cookie, &mut device, "Laptop").await.status(), StatusCode::NO_CONTENT);
    device
}

/// Signs in with the next counter value.
pub(crate) async fn sign_in(login: &TestApp, device: &mut Authenticator) -> Response {
    device.counter += 1;
    let options = challenge(login).await;
    answer(login, &options, &device.get(&options)).await
}

pub(crate) async fn challenge(login: &TestApp) -> Value {
    let options = login.script("/sign-in/passkey/options", "", &json!({})).await;
    assert_eq!(options.status(), StatusCode::OK);
    json(options).await
}

pub(crate) async fn answer(login: &TestApp, options: &Value, credential: &Value) -> Response {
    login.script("/sign-in/passkey", "", &json!({"ceremony": options["ceremony"], "credential": credential})).await
}

fn session(response: &Response) -> String {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter().map(|cookie| cookie.to_str().expect("text"));
    let cookie = cookies.into_iter().find(|cookie| cookie.starts_with("login_session="));
    cookie.and_then(|cookie| cookie.split(';').next()).expect("a session").to_owned()
}

const REFUSED: (StatusCode, &str) = (StatusCode::UNAUTHORIZED, "bad_passkey");

pub(crate) async fn assert_refused(response: Response, why: &str) {
    assert!(response.headers().get(header::SET_COOKIE).is_none(), "{why}");
    let (status, code) = refusal(response).await;
    assert_eq!((status, code.as_str()), REFUSED, "{why}");
}

#[tokio::test]
async fn a_person_adds_a_passkey_and_signs_in_by_it() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    login.clock.advance(Duration::hours(1));

    let response = sign_in(&login, &mut device).await;
    assert_eq!(response.status(), StatusCode::OK);
    let cookie = session(&response);
    assert_eq!(json(response).await["location"], "/");
    let page = login.visit("/", &cookie).await.text().await.expect("page text");
    // Fluent wraps arguments in directional marks.
    let page = page.replace(['\u{2068}', '\u{2069}'], "");
    for shown in ["Laptop", "Added 2026-05-04 03:02", "Last used 2026-05-04 04:02"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let tokens = json(login.exchange("public", &login.code(&cookie, "public").await).await).await;
    let id = claims(tokens["id_token"].as_str().expect("an ID token"));
    assert_eq!((&id["amr"], &id["auth_time"]), (&json!(["pop", "user", "mfa"]), &json!(login.clock.now().timestamp())));

    let by_password = claims(login.tokens(&acme.admin_email).await.id());
    assert_eq!(by_password["amr"], json!(["pwd"]));
    let counts: Vec<i64> =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic LIKE 'login.%' GROUP BY topic ORDER BY topic")
            .fetch_all(&login.superuser().await)
            .await
            .expect("counts");
    // Events of session, tenant, usage, active member and user: the same as for a sign-in by password.
    assert_eq!(counts, [3, 1, 4, 1]);
}

#[tokio::test]
async fn a_passkey_sign_in_continues_to_the_requesting_client() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let device = with_passkey(&login, &acme.admin_email).await;
    let page = location(&login.visit(&authorize("public", &[]), "").await);
    let path = page.replace("/sign-in?", "/sign-in/passkey?");
    assert!(login.visit(&page, "").await.text().await.expect("page text").contains(&path.replace('&', "&#38;")));

    let mut device = device;
    device.counter += 1;
    let options = challenge(&login).await;
    let body = json!({"ceremony": options["ceremony"], "credential": device.get(&options)});
    let response = login.script(&path, "", &body).await;
    let cookie = session(&response);
    let next = json(response).await["location"].as_str().expect("an address").to_owned();
    assert!(parameter(&location(&login.visit(&next, &cookie).await), "code").is_some());
}

#[tokio::test]
async fn invalid_assertions_are_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    assert_eq!(sign_in(&login, &mut device).await.status(), StatusCode::OK);

    device.counter -= 1;
    assert_refused(sign_in(&login, &mut device).await, "an unchanged counter: a cloned passkey").await;
    device.verifies = false;
    assert_refused(sign_in(&login, &mut device).await, "no user verification").await;
    device.verifies = true;
    device.origin = "http://evil.test".to_owned();
    assert_refused(sign_in(&login, &mut device).await, "another origin").await;
    device.origin = crate::harness::ISSUER.to_owned();

    let (mine, other) = (challenge(&login).await, challenge(&login).await);
    device.counter += 1;
    assert_refused(answer(&login, &other, &device.get(&mine)).await, "another challenge").await;
    device.counter += 1;
    let assertion = device.get(&mine);
    assert_eq!(answer(&login, &mine, &assertion).await.status(), StatusCode::OK);
    assert_refused(answer(&login, &mine, &assertion).await, "a replayed assertion").await;

    let late = challenge(&login).await;
    device.counter += 1;
    login.clock.advance(Duration::minutes(5));
    assert_refused(answer(&login, &late, &device.get(&late)).await, "an expired challenge").await;

    let mut outsider = Authenticator::new();
    assert_refused(sign_in(&login, &mut outsider).await, "an unknown passkey").await;
    let foreign =
        login.http.post(login.url("/sign-in/passkey/options")).json(&json!({})).send().await.expect("response");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "another origin");
}

#[tokio::test]
async fn suspended_people_cannot_sign_in_by_passkey() {
    let login = TestApp::start().await;
    for (slug, change) in [
        ("acme", "UPDATE user_account SET status = 'suspended' WHERE tenant_id = $1::uuid"),
        ("other", "UPDATE tenant SET status = 'suspended' WHERE tenant_id = $1::uuid"),
    ] {
        let signed_up = login.tenant(slug).await;
        let mut device = with_passkey(&login, &signed_up.admin_email).await;
        sqlx::query(change).bind(&signed_up.tenant_id).execute(&login.superuser().await).await.expect("suspended");
        assert_refused(sign_in(&login, &mut device).await, change).await;
    }
}

#[tokio::test]
async fn a_passkey_is_added_only_in_the_session_of_a_recent_sign_in() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (one, other) = (login.sign_in(&acme.admin_email).await, login.sign_in(&acme.admin_email).await);
    let mut device = Authenticator::new();
    let options = json(login.script("/passkeys/options", &one, &json!({})).await).await;
    let added = json!({"ceremony": options["ceremony"], "name": "Laptop", "credential": device.create(&options)});
    assert_eq!(login.script("/passkeys", "", &added).await.status(), StatusCode::UNAUTHORIZED);
    assert_refused(login.script("/passkeys", &other, &added).await, "another session's challenge").await;
    assert_refused(login.script("/passkeys", &one, &added).await, "a used challenge").await;

    assert_eq!(add(&login, &one, &mut device, "").await.status(), StatusCode::UNPROCESSABLE_ENTITY, "without a name");
    assert_eq!(add(&login, &one, &mut device, "Laptop").await.status(), StatusCode::NO_CONTENT);
    assert_refused(add(&login, &one, &mut device, "Again").await, "a registered passkey").await;

    login.clock.advance(Duration::minutes(15));
    let late = refusal(login.script("/passkeys/options", &one, &json!({})).await).await;
    assert_eq!(late, (StatusCode::FORBIDDEN, "sign_in_again".to_owned()));
    assert!(login.visit("/", &one).await.text().await.expect("page text").contains("sign in again"));
}

//! No secret is written to logs, traces, events or the database. This test has its own process, because it needs a global
//! subscriber that captures everything.

#[path = "api/authenticator.rs"]
mod authenticator;
#[expect(dead_code, reason = "other tests use the rest of this module")]
#[path = "api/harness.rs"]
mod harness;
#[path = "api/settings.rs"]
mod settings;

use authenticator::Authenticator;
use contracts::login::v1::{IntrospectTokenRequest, login_client::LoginClient};
use harness::{REDIRECT, TestApp, VERIFIER, cookie, json, new_tenant};
use login::usecase::rotate_keys::rotate_keys;
use reqwest::{StatusCode, header};
use serde_json::json;
use support::secrecy::{Captured, Secrets, rows, tables};

const PASSWORD: &str = "a-heron-stands-in-the-stream";
const WRONG: &str = "a-heron-sits-in-the-stream";

#[tokio::test]
async fn nothing_secret_is_written_anywhere() {
    let (logs, spans) = Captured::start();
    let (mut secrets, mut people) = (Secrets::default(), Secrets::default());
    let login = TestApp::start().await;
    everything(&login, &mut secrets, &mut people).await;

    let (logs, spans) = (logs.text(), spans.text());
    assert!(logs.contains("/token") && logs.contains("sqlx") && logs.contains("TRACE"), "logs were captured");
    assert!(spans.contains("http.route") && spans.contains("/v1/invitations/accept"), "traces were captured");
    for (what, text) in [("the log", &logs), ("a trace", &spans)] {
        assert_eq!(secrets.found_in(text), Vec::<&str>::new(), "in {what}");
        assert_eq!(people.found_in(text), Vec::<&str>::new(), "in {what}");
        assert!(!text.contains("PRIVATE KEY"), "in {what}");
    }

    let database = login.superuser().await;
    let events = rows(&database, "outbox").await;
    assert!(events.iter().any(|event| event.contains("login.session.v1")), "events were published");
    for event in &events {
        assert_eq!(secrets.found_in(event), Vec::<&str>::new(), "in {event}");
        // Events about a person contain the person's name.
        if !event.contains("login.user.v1") {
            assert_eq!(people.found_in(event), Vec::<&str>::new(), "in {event}");
        }
    }

    for table in tables(&database).await {
        for row in rows(&database, &table).await {
            assert_eq!(secrets.found_in(&row), Vec::<&str>::new(), "in {table}: {row}");
        }
    }
}

/// Does everything that people, clients and products do with secrets. Personal data is added to `people`.
async fn everything(login: &TestApp, secrets: &mut Secrets, people: &mut Secrets) {
    secrets.add("the password", PASSWORD);
    secrets.add("a wrong password", WRONG);
    secrets.add("the code verifier", VERIFIER);
    let email = people.add("the address", "ada.lovelace@acme.example");
    let colleague = people.add("the colleague's address", "charles.babbage@acme.example");
    let cookie = sign_up_and_in(login, &email, secrets).await;
    let access = exchange_tokens(login, &cookie, secrets).await;
    register_client(login, &access, secrets).await;
    introspect(login, &access, secrets).await;
    invite(login, &access, &colleague, secrets).await;
    passkey(login, &cookie, secrets).await;
    login.form("/sign-out", &cookie, &[]).await;
    reset_password(login, &email, secrets).await;
    rotate_keys(&login.app).await.expect("rotated");
}

/// Signs up and in. Returns the session cookie.
async fn sign_up_and_in(login: &TestApp, email: &str, secrets: &mut Secrets) -> String {
    assert_eq!(sign_up(login, email).await, StatusCode::ACCEPTED);
    let link = secrets.add("a link that proves an address", &login.mailed_token(email, "/verify/").await);
    let verified = login.post("/v1/tenants/verify", None, &json!({"token": link, "password": PASSWORD})).await;
    assert_eq!(verified.status(), StatusCode::CREATED);

    for (password, status) in [(WRONG, StatusCode::UNAUTHORIZED), (PASSWORD, StatusCode::SEE_OTHER)] {
        let response = login.form("/sign-in", "", &[("email", email), ("password", password)]).await;
        assert_eq!(response.status(), status);
    }
    let response = login.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await;
    for set in response.headers().get_all(header::SET_COOKIE) {
        let value = set.to_str().expect("text").split(['=', ';']).nth(1).expect("a value").to_owned();
        secrets.add("a cookie", &value);
    }
    cookie(&response)
}

/// Exchanges and refreshes tokens. Returns the access token.
async fn exchange_tokens(login: &TestApp, cookie: &str, secrets: &mut Secrets) -> String {
    let code = secrets.add("a code", &login.code(cookie, "public").await);
    let tokens = json(login.exchange("public", &code).await).await;
    for name in ["access_token", "id_token", "refresh_token"] {
        secrets.add(name, tokens[name].as_str().expect(name));
    }
    let access = tokens["access_token"].as_str().expect("a token");
    let refresh = tokens["refresh_token"].as_str().expect("a token");
    assert_eq!(login.get("/userinfo", access).await.status(), StatusCode::OK);
    let again = json(login.refresh(refresh).await).await;
    let newest = secrets.add("a second refresh token", again["refresh_token"].as_str().expect("a token"));
    assert_eq!(login.exchange("public", &code).await.status(), StatusCode::BAD_REQUEST, "a reused code");
    assert_eq!(login.refresh(&newest).await.status(), StatusCode::BAD_REQUEST, "its family is revoked");
    assert_eq!(login.get("/userinfo", access).await.status(), StatusCode::UNAUTHORIZED, "with its access tokens");
    let code = secrets.add("a second code", &login.code(cookie, "public").await);
    let tokens = json(login.exchange("public", &code).await).await;
    secrets.add("a second access token", tokens["access_token"].as_str().expect("a token"))
}

async fn register_client(login: &TestApp, access: &str, secrets: &mut Secrets) {
    let new = json!({"client_name": "Wiki", "redirect_uris": [REDIRECT]});
    let client = json(login.post("/v1/clients", Some(access), &new).await).await;
    let client_secret = secrets.add("a client's secret", client["client_secret"].as_str().expect("a secret"));
    let client_id = client["client_id"].as_str().expect("an id");
    let fields = [("grant_type", "client_credentials"), ("client_id", client_id), ("client_secret", &client_secret)];
    login.token(&fields).await;
}

async fn introspect(login: &TestApp, access: &str, secrets: &mut Secrets) {
    let service = secrets.add("a service's token", &login.service_token("product").await);
    let address = support::serve_grpc(login::grpc::routes(login.app.clone())).await;
    let mut grpc = LoginClient::connect(format!("http://{address}")).await.expect("connected");
    let mut question = tonic::Request::new(IntrospectTokenRequest { access_token: access.to_owned() });
    let bearer = format!("Bearer {service}").parse().expect("text");
    question.metadata_mut().insert("authorization", bearer);
    grpc.introspect_token(question).await.expect("response");
}

async fn invite(login: &TestApp, access: &str, colleague: &str, secrets: &mut Secrets) {
    let invite = json!({"email": colleague, "role": "member", "locale": "ko"});
    assert_eq!(login.post("/v1/invitations", Some(access), &invite).await.status(), StatusCode::CREATED);
    let token = secrets.add("an invitation", &login.mailed_token(colleague, "/invitations/").await);
    assert_eq!(login.visit(&format!("/invitations/{token}"), "").await.status(), StatusCode::OK);
    let accepted = json!({"token": token, "display_name": "Charles", "password": PASSWORD});
    assert_eq!(login.post("/v1/invitations/accept", None, &accepted).await.status(), StatusCode::CREATED);
}

async fn reset_password(login: &TestApp, email: &str, secrets: &mut Secrets) {
    login.form("/forgot-password", "", &[("email", email)]).await;
    login.send_mails().await;
    let token = secrets.add("a link to a new password", &login.mailed_token(email, "/reset-password/").await);
    let chosen = secrets.add("a new password", "a quiet river at dawn");
    let changed = login.form(&format!("/reset-password/{token}"), "", &[("password", &chosen)]).await;
    assert_eq!(changed.status(), StatusCode::SEE_OTHER);
}

async fn sign_up(login: &TestApp, email: &str) -> StatusCode {
    let mut new = new_tenant("acme");
    new["admin"]["email"] = email.into();
    let key = header::HeaderName::from_static("idempotency-key");
    let request = login.http.post(login.url("/v1/tenants")).json(&new).header(key, "the only one");
    request.send().await.expect("response").status()
}

async fn passkey(login: &TestApp, cookie: &str, secrets: &mut Secrets) {
    let mut device = Authenticator::new();
    let options = json(login.script("/passkeys/options", cookie, &json!({})).await).await;
    let ceremony = secrets.add("a ceremony", options["ceremony"].as_str().expect("a token"));
    let added = json!({"ceremony": ceremony, "name": "Laptop", "credential": device.create(&options)});
    assert_eq!(login.script("/passkeys", cookie, &added).await.status(), StatusCode::NO_CONTENT);
    let options = json(login.script("/sign-in/passkey/options", "", &json!({})).await).await;
    secrets.add("a challenge", options["publicKey"]["challenge"].as_str().expect("a challenge"));
    device.counter += 1;
    let answer = json!({"ceremony": options["ceremony"], "credential": device.get(&options)});
    let signed_in = login.script("/sign-in/passkey", "", &answer).await;
    assert_eq!(signed_in.status(), StatusCode::OK);
    let session = harness::cookie(&signed_in);
    secrets.add("the cookie of a session by passkey", session.split('=').nth(1).expect("a value"));
}

//! A new password undoes what a thief's session left behind.

use chrono::Duration;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    harness::{PASSWORD, TestApp, Tokens, authorize, claims, json, location, refusal},
    passkeys::with_passkey,
    third_party::text,
};

pub(crate) const NEW: &str = "a quiet river at dawn";

/// Chooses the password [`NEW`] by the link in an e-mail.
pub(crate) async fn reset(login: &TestApp, email: &str) {
    login.form("/forgot-password", "", &[("email", email)]).await;
    login.send_mails().await;
    let path = format!("/reset-password/{}", login.mailed_token(email, "/reset-password/").await);
    let changed = login.form(&path, "", &[("password", NEW)]).await;
    assert_eq!(location(&changed), "/password-changed");
}

async fn invite(login: &TestApp, by: &Tokens, email: &str) -> String {
    let new = json!({"email": email, "role": "admin", "locale": "en"});
    let invited = login.post("/v1/invitations", Some(by.access()), &new).await;
    assert_eq!(invited.status(), StatusCode::CREATED);
    login.mailed_token(email, "/invitations/").await
}

async fn join(login: &TestApp, token: &str) -> StatusCode {
    let acceptance = json!({"token": token, "display_name": "x", "password": PASSWORD});
    login.post("/v1/invitations/accept", None, &acceptance).await.status()
}

/// A client with a secret, by an admin.
async fn register(login: &TestApp, by: &Tokens, name: &str) -> Value {
    let new = json!({"client_name": name, "token_endpoint_auth_method": "client_secret_basic", "grant_types": ["client_credentials"],
                     "redirect_uris": [], "scope": "api"});
    login.register(by, &new).await
}

async fn renew(login: &TestApp, by: &Tokens, client: &Value) -> String {
    let path = format!("/v1/clients/{}/secret", text(client, "client_id"));
    let renewed = login.post(&path, Some(by.access()), &json!({"overlap_seconds": 3600})).await;
    text(&json(renewed).await, "client_secret").to_owned()
}

async fn works(login: &TestApp, client: &Value, secret: &str) -> bool {
    let fields = [("grant_type", "client_credentials")];
    let answer = login.as_client("/token", (text(client, "client_id"), secret), &fields).await;
    assert!([StatusCode::OK, StatusCode::UNAUTHORIZED].contains(&answer.status()));
    answer.status() == StatusCode::OK
}

/// A second admin of acme.
async fn second_admin(login: &TestApp, admin: &Tokens) -> Tokens {
    let email = login.member(admin, "amy").await;
    let member = login.tokens(&email).await;
    let path = format!("/v1/members/{}", text(&claims(member.access()), "sub"));
    login.send(Method::PATCH, &path, admin.access(), &json!({"roles": ["admin"]})).await;
    Tokens(json(login.refresh(member.refresh()).await).await)
}

#[tokio::test]
async fn a_new_password_shuts_a_thief_out() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let amy = second_admin(&login, &admin).await;
    let amys_address = text(&json(login.get("/v1/me", amy.access()).await).await, "email").to_owned();
    let (amys_client, shared) = (register(&login, &amy, "Amy's").await, register(&login, &amy, "Shared").await);
    let amys_invitation = invite(&login, &amy, "by-amy@acme.example").await;
    login.clock.advance(Duration::minutes(1));

    // The thief signs in, plants, and signs out of one of the sessions.
    let (thief, gone) = (login.tokens(&acme.admin_email).await, login.tokens(&acme.admin_email).await);
    let planted = invite(&login, &thief, "thief@evil.example").await;
    let planted_before = invite(&login, &gone, "thief2@evil.example").await;
    let accomplice = invite(&login, &thief, "accomplice@evil.example").await;
    assert_eq!(join(&login, &accomplice).await, StatusCode::CREATED);
    let client = register(&login, &thief, "Planted").await;
    let new_secret = renew(&login, &thief, &shared).await;
    with_passkey(&login, &acme.admin_email).await;
    let path = format!("/v1/sessions/{}", text(&claims(gone.access()), "sid"));
    assert_eq!(login.send(Method::DELETE, &path, gone.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);

    reset(&login, &acme.admin_email).await;

    let new = json!({"email": "late@evil.example", "role": "admin", "locale": "en"});
    let late = login.post("/v1/invitations", Some(thief.access()), &new).await;
    assert_eq!(refusal(late).await, (StatusCode::UNAUTHORIZED, "invalid_token".to_owned()));
    for token in [&planted, &planted_before] {
        assert_eq!(join(&login, token).await, StatusCode::NOT_FOUND);
    }
    assert!(!works(&login, &client, text(&client, "client_secret")).await);
    assert!(!works(&login, &client, "").await && !works(&login, &shared, &new_secret).await);
    assert!(works(&login, &shared, text(&shared, "client_secret")).await, "the secret from before, in its overlap");
    assert!(works(&login, &amys_client, text(&amys_client, "client_secret")).await, "another admin's");
    assert_eq!(join(&login, &amys_invitation).await, StatusCode::CREATED, "another admin's");

    let mails = login.mails(&acme.admin_email).await;
    let notice = text(&mails[0], "text").replace(['\u{2068}', '\u{2069}'], "");
    for (title, listed) in [
        ("were withdrawn:", vec!["thief2@evil.example", "thief@evil.example"]),
        ("no longer work", vec!["Planted", "Shared"]),
        ("passkeys were removed:", vec!["Laptop"]),
        ("still members", vec!["accomplice@evil.example", &amys_address]),
        ("registered or changed", vec!["Planted"]),
    ] {
        let paragraph = notice.split("\n\n").find(|part| part.contains(title) && part.contains("\n- ")).expect(title);
        let mut lines: Vec<_> = paragraph.lines().skip(1).collect();
        lines.sort_unstable();
        assert_eq!(lines, listed.iter().map(|name| format!("- “{name}”")).collect::<Vec<_>>(), "{title}");
    }
    assert!(!notice.contains("Amy's") && !notice.contains("by-amy"), "{notice}");
    assert!(notice.contains("check the roles of your members"), "{notice}");
}

#[tokio::test]
async fn a_later_change_by_a_colleague_hides_no_client_of_a_thief() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let amy = second_admin(&login, &admin).await;
    let thief = login.tokens(&acme.admin_email).await;
    let client = register(&login, &thief, "Planted").await;
    let path = format!("/v1/clients/{}", text(&client, "client_id"));
    let new = json!({"client_name": "Tidied", "token_endpoint_auth_method": "client_secret_basic",
                     "grant_types": ["client_credentials"], "scope": "api"});
    assert_eq!(login.send(Method::PUT, &path, amy.access(), &new).await.status(), StatusCode::OK);
    reset(&login, &acme.admin_email).await;
    assert!(!works(&login, &client, text(&client, "client_secret")).await);
    let notice = login.mails(&acme.admin_email).await.remove(0);
    let plain = text(&notice, "text").replace(['\u{2068}', '\u{2069}'], "");
    let changed = plain.split("\n\n").find(|part| part.contains("registered or changed") && part.contains("\n- "));
    assert!(changed.is_some_and(|part| part.contains("“Tidied”")), "{plain}");
}

/// With a stored consent, a planted client would get codes without a question.
#[tokio::test]
async fn a_new_password_withdraws_consents() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let client_id = text(&wiki, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    login.tokens_of(client_id, &cookie, &[]).await;
    reset(&login, &acme.admin_email).await;
    let fields = [("email", acme.admin_email.as_str()), ("password", NEW)];
    let cookie = crate::harness::cookie(&login.form("/sign-in", "", &fields).await);
    let next = location(&login.visit(&authorize(client_id, &[]), &cookie).await);
    assert!(next.starts_with("/consent?"), "{next}");
}

/// An older release accepted such addresses in invitations.
#[tokio::test]
async fn the_list_of_what_was_undone_has_no_links() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    invite(&login, &admin, "amy@acme.example").await;
    let link = "https://evil.example/unlock@acme.example";
    let new = json!({"email": link, "role": "member", "locale": "en"});
    let refused = login.post("/v1/invitations", Some(admin.access()), &new).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(json(refused).await["errors"][0]["field"], "email");
    let pool = login.superuser().await;
    sqlx::query("UPDATE invitation SET email = $1").bind(link).execute(&pool).await.expect("updated");
    reset(&login, &acme.admin_email).await;
    let mail = login.mails(&acme.admin_email).await.remove(0);
    assert!(text(&mail, "text").contains("\n- “…”") && !text(&mail, "text").contains("evil"), "{mail}");
}

#[tokio::test]
async fn what_was_made_before_the_last_month_stays() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let before = login.tokens(&acme.admin_email).await;
    let client = register(&login, &before, "Old").await;
    let member = login.member(&before, "amy").await;
    login.clock.advance(Duration::days(32));
    for _ in 0..2 {
        login::usecase::sweep::sweep(&login.app).await.expect("swept");
    }
    reset(&login, &acme.admin_email).await;
    assert!(works(&login, &client, text(&client, "client_secret")).await);
    let mails = login.mails(&acme.admin_email).await;
    assert!(!text(&mails[0], "text").contains("\n- "), "nothing to list");
    reset(&login, &member).await;
    let mails = login.mails(&member).await;
    assert!(!text(&mails[0], "text").contains("역할"), "a member cannot check roles");
}

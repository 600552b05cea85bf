//! Removing, renaming and limiting passkeys.

use chrono::Duration;
use reqwest::{StatusCode, header};
use serde_json::json;

use crate::{
    authenticator::Authenticator,
    harness::{TestApp, json, location, refusal},
    passkeys::{assert_refused, challenge, sign_in, with_passkey},
};

#[tokio::test]
async fn only_its_person_removes_a_passkey() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let mut device = with_passkey(&login, &acme.admin_email).await;
    let passkey_id = passkey_id(&login).await;
    let remove = async |email: &str| {
        let cookie = login.sign_in(email).await;
        login.form(&format!("/passkeys/{passkey_id}/remove"), &cookie, &[]).await.status()
    };
    let colleague = login.member(&login.tokens(&acme.admin_email).await, "amy").await;
    for foreign in [&other.admin_email, &colleague] {
        assert_eq!(remove(foreign).await, StatusCode::SEE_OTHER, "as for an unknown passkey");
        assert_eq!(sign_in(&login, &mut device).await.status(), StatusCode::OK);
    }
    assert_eq!(remove(&acme.admin_email).await, StatusCode::SEE_OTHER);
    assert_refused(sign_in(&login, &mut device).await, "deleted").await;
}

#[tokio::test]
async fn passkeys_are_isolated_by_tenant_and_erased_with_their_person() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let rows = async |pool: &sqlx::PgPool, table: &str| {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar::<_, i64>(count).fetch_one(pool).await.expect("a count")
    };
    let superuser = login.superuser().await;
    assert_eq!((rows(&superuser, "passkey").await, rows(login.app.db.app(), "passkey").await), (1, 0));
    assert_eq!(rows(&superuser, "passkey_ceremony").await, 0, "deleted");
    sqlx::query("DELETE FROM user_account").execute(&superuser).await.expect("deleted");
    assert_eq!((rows(&superuser, "passkey").await, rows(&superuser, "passkey_directory").await), (0, 0));

    challenge(&login).await;
    login.clock.advance(Duration::minutes(6));
    login::usecase::sweep::sweep(&login.app).await.expect("swept");
    assert_eq!(rows(&superuser, "passkey_ceremony").await, 0, "expired");
}

#[tokio::test]
async fn with_an_ip_address_as_issuer_the_page_explains_missing_passkeys() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let base = login.replica_of("http://127.0.0.1:8180").await;
    let get = async |path: &str| {
        let request = login.http.get(format!("{base}{path}")).header(header::COOKIE, &cookie);
        request.send().await.expect("response").text().await.expect("page text")
    };
    let (account, sign_in) = (get("/").await, get("/sign-in").await);
    assert!(account.contains("on a page with an IP address") && !account.contains("<script"), "{account}");
    assert!(!sign_in.contains("passkey") && !sign_in.contains("<script"), "{sign_in}");
}

#[tokio::test]
async fn a_reset_of_the_password_removes_passkeys() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    login.form("/forgot-password", "", &[("email", &acme.admin_email)]).await;
    login.send_mails().await;
    let token = login.mailed_token(&acme.admin_email, "/reset-password/").await;
    let reset = login.form(&format!("/reset-password/{token}"), "", &[("password", "a quiet river at dawn")]).await;
    assert_eq!(reset.status(), StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&login, &mut device).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refused_name_consumes_the_challenge() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (cookie, mut device) = (login.sign_in(&acme.admin_email).await, Authenticator::new());
    let options = json(login.script("/passkeys/options", &cookie, &json!({})).await).await;
    let mut added =
        json!({"ceremony": options["ceremony"], "name": "x".repeat(51), "credential": device.create(&options)});
    let long = json(login.script("/passkeys", &cookie, &added).await).await;
    assert_eq!((&long["errors"][0]["field"], &long["errors"][0]["code"]), (&json!("name"), &json!("too_long")));
    added["name"] = json!("x".repeat(50));
    assert_refused(login.script("/passkeys", &cookie, &added).await, "a used challenge").await;
}

#[tokio::test]
async fn a_person_has_at_most_twenty_passkeys_also_concurrently() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let eighteen = "INSERT INTO passkey (passkey_id, tenant_id, user_id, name, credential, created_at)
        SELECT gen_random_uuid(), tenant_id, user_id, name, credential, created_at FROM passkey, generate_series(1, 18)";
    sqlx::query(eighteen).execute(&login.superuser().await).await.expect("added");
    let cookie = login.sign_in(&acme.admin_email).await;
    let (mut one, mut other) = (Authenticator::new(), Authenticator::new());
    let mut requests = vec![];
    for device in [&mut one, &mut other] {
        let options = json(login.script("/passkeys/options", &cookie, &json!({})).await).await;
        let credential = device.create(&options);
        requests.push(json!({"ceremony": options["ceremony"], "name": "Another", "credential": credential}));
    }
    let (one, other) = tokio::join!(
        login.script("/passkeys", &cookie, &requests[0]),
        login.script("/passkeys", &cookie, &requests[1])
    );
    let mut statuses = [one.status(), other.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::CONFLICT]);
    let refused = refusal(login.script("/passkeys/options", &cookie, &json!({})).await).await;
    assert_eq!(refused, (StatusCode::CONFLICT, "too_many_passkeys".to_owned()));
}

#[tokio::test]
async fn adding_or_removing_a_passkey_sends_a_mail() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let remove = format!("/passkeys/{}/remove", passkey_id(&login).await);
    for _ in 0..2 {
        assert_eq!(login.form(&remove, &cookie, &[]).await.status(), StatusCode::SEE_OTHER);
    }
    let mut mails = login.mails(&acme.admin_email).await;
    mails.retain(|mail| mail["subject"].as_str().is_some_and(|subject| subject.contains("passkey")));
    let subjects: Vec<_> = mails.iter().map(|mail| mail["subject"].as_str().expect("a subject")).collect();
    assert_eq!(subjects, ["A passkey was removed", "A passkey was added"], "once each");
    for mail in &mails {
        let text = mail["text"].as_str().expect("a text");
        for part in ["Firefox on Linux", "2026-05-04 03:02 UTC", "http://login.test/forgot-password"] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("Laptop"), "no user input");
    }
}

#[tokio::test]
async fn only_its_person_renames_a_passkey() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let path = format!("/passkeys/{}", passkey_id(&login).await);
    let cookie = login.sign_in(&acme.admin_email).await;
    let renamed = login.form(&path, &cookie, &[("name", " Old laptop ")]).await;
    assert_eq!(location(&renamed), "/");
    let page = login.visit("/", &cookie).await.text().await.expect("page text");
    assert!(page.contains("<strong>Old laptop</strong>"), "{page}");

    for (name, message) in [("", "Please fill in this field."), (&*"x".repeat(51), "This is too long.")] {
        let refused = login.form(&path, &cookie, &[("name", name)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.expect("page text");
        assert!(page.contains(message) && page.contains(r#"aria-invalid="true""#), "{page}");
        assert!(page.contains("<strong>Old laptop</strong>"), "unchanged: {page}");
    }
    let colleague = login.member(&login.tokens(&acme.admin_email).await, "amy").await;
    let foreign = login.form(&path, &login.sign_in(&colleague).await, &[("name", "Mine")]).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
}

async fn passkey_id(login: &TestApp) -> String {
    let the_one = "SELECT passkey_id::text FROM passkey";
    sqlx::query_scalar(the_one).fetch_one(&login.superuser().await).await.expect("passkey id")
}

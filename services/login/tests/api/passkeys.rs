use chrono::Duration;
use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    authenticator::Authenticator,
    harness::{TestApp, authorize, claims, json, location, parameter, refusal},
};

/// Adds a passkey to the account whose session it is.
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

/// Signs in by it, as one more use.
async fn sign_in(login: &TestApp, device: &mut Authenticator) -> Response {
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

async fn assert_refused(response: Response, why: &str) {
    assert!(response.headers().get(header::SET_COOKIE).is_none(), "{why}");
    let (status, code) = refusal(response).await;
    assert_eq!((status, code.as_str()), REFUSED, "{why}");
}

#[tokio::test]
async fn a_person_adds_a_passkey_and_signs_in_by_it() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    login.clock.advance(Duration::hours(1));

    let response = sign_in(&login, &mut device).await;
    assert_eq!(response.status(), StatusCode::OK);
    let cookie = session(&response);
    assert_eq!(json(response).await["location"], "/");
    let page = login.look("/", &cookie).await.text().await.expect("a page");
    // Around what is filled in, Fluent puts marks that keep its direction.
    let page = page.replace(['\u{2068}', '\u{2069}'], "");
    for shown in ["Laptop", "Added 2026-05-04 03:02", "Last used 2026-05-04 04:02"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let tokens = json(login.exchange("public", &login.code(&cookie, "public").await).await).await;
    let id = claims(tokens["id_token"].as_str().expect("an ID token"));
    assert_eq!((&id["amr"], &id["auth_time"]), (&json!(["pop", "user", "mfa"]), &json!(login.clock.now().timestamp())));

    let by_password = claims(login.tokens(&acme.admin_email).await.id());
    assert_eq!(by_password["amr"], json!(["pwd"]));
    let told: Vec<i64> =
        sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic LIKE 'login.%' GROUP BY topic ORDER BY topic")
            .fetch_all(&login.superuser().await)
            .await
            .expect("counts");
    // Sessions, tenant, usage and that someone is active this month, user: a sign-in by passkey is told of as each other is.
    assert_eq!(told, [3, 1, 4, 1]);
}

#[tokio::test]
async fn a_sign_in_goes_on_to_the_client_that_asked_for_it() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let device = with_passkey(&login, &acme.admin_email).await;
    let page = location(&login.look(&authorize("public", &[]), "").await);
    let path = page.replace("/sign-in?", "/sign-in/passkey?");
    assert!(login.look(&page, "").await.text().await.expect("a page").contains(&path.replace('&', "&#38;")));

    let mut device = device;
    device.counter += 1;
    let options = challenge(&login).await;
    let body = json!({"ceremony": options["ceremony"], "credential": device.get(&options)});
    let response = login.script(&path, "", &body).await;
    let cookie = session(&response);
    let next = json(response).await["location"].as_str().expect("an address").to_owned();
    assert!(parameter(&location(&login.look(&next, &cookie).await), "code").is_some());
}

#[tokio::test]
async fn what_is_not_right_in_every_part_lets_nobody_in() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    assert_eq!(sign_in(&login, &mut device).await.status(), StatusCode::OK);

    device.counter -= 1;
    assert_refused(sign_in(&login, &mut device).await, "a counter that stands still: a copy").await;
    device.verifies = false;
    assert_refused(sign_in(&login, &mut device).await, "a device that did not ask who uses it").await;
    device.verifies = true;
    device.origin = "http://evil.test".to_owned();
    assert_refused(sign_in(&login, &mut device).await, "a page of others").await;
    device.origin = crate::harness::ISSUER.to_owned();

    let (mine, other) = (challenge(&login).await, challenge(&login).await);
    device.counter += 1;
    assert_refused(answer(&login, &other, &device.get(&mine)).await, "the answer to another challenge").await;
    device.counter += 1;
    let said = device.get(&mine);
    assert_eq!(answer(&login, &mine, &said).await.status(), StatusCode::OK);
    assert_refused(answer(&login, &mine, &said).await, "an answer that comes again").await;

    let late = challenge(&login).await;
    device.counter += 1;
    login.clock.advance(Duration::minutes(5));
    assert_refused(answer(&login, &late, &device.get(&late)).await, "an answer that is late").await;

    let mut stranger = Authenticator::new();
    assert_refused(sign_in(&login, &mut stranger).await, "a passkey that nobody added").await;
    let foreign =
        login.http.post(login.url("/sign-in/passkey/options")).json(&json!({})).send().await.expect("an answer");
    assert_eq!(foreign.status(), StatusCode::FORBIDDEN, "a page of others asks");
}

#[tokio::test]
async fn who_may_not_sign_in_may_not_by_passkey() {
    let login = TestApp::start().await;
    for (slug, change) in [
        ("acme", "UPDATE user_account SET status = 'suspended' WHERE tenant_id = $1::uuid"),
        ("other", "UPDATE tenant SET status = 'suspended' WHERE tenant_id = $1::uuid"),
    ] {
        let company = login.company(slug).await;
        let mut device = with_passkey(&login, &company.admin_email).await;
        sqlx::query(change).bind(&company.tenant_id).execute(&login.superuser().await).await.expect("suspended");
        assert_refused(sign_in(&login, &mut device).await, change).await;
    }
}

#[tokio::test]
async fn a_passkey_is_added_soon_after_a_sign_in_and_in_that_session() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let (one, other) = (login.sign_in(&acme.admin_email).await, login.sign_in(&acme.admin_email).await);
    let mut device = Authenticator::new();
    let options = json(login.script("/passkeys/options", &one, &json!({})).await).await;
    let added = json!({"ceremony": options["ceremony"], "name": "Laptop", "credential": device.create(&options)});
    assert_eq!(login.script("/passkeys", "", &added).await.status(), StatusCode::UNAUTHORIZED);
    assert_refused(login.script("/passkeys", &other, &added).await, "another session's challenge").await;
    assert_refused(login.script("/passkeys", &one, &added).await, "a challenge that was answered").await;

    assert_eq!(add(&login, &one, &mut device, "").await.status(), StatusCode::UNPROCESSABLE_ENTITY, "without a name");
    assert_eq!(add(&login, &one, &mut device, "Laptop").await.status(), StatusCode::NO_CONTENT);
    assert_refused(add(&login, &one, &mut device, "Again").await, "a passkey that is known").await;

    login.clock.advance(Duration::minutes(15));
    let late = refusal(login.script("/passkeys/options", &one, &json!({})).await).await;
    assert_eq!(late, (StatusCode::FORBIDDEN, "sign_in_again".to_owned()));
    assert!(login.look("/", &one).await.text().await.expect("a page").contains("sign in again"));
}

#[tokio::test]
async fn only_its_person_removes_a_passkey() {
    let login = TestApp::start().await;
    let (acme, other) = (login.company("acme").await, login.company("other").await);
    let mut device = with_passkey(&login, &acme.admin_email).await;
    let passkey_id = the_one(&login).await;
    let remove = async |email: &str| {
        let cookie = login.sign_in(email).await;
        login.form(&format!("/passkeys/{passkey_id}/remove"), &cookie, &[]).await.status()
    };
    let colleague = login.member(&login.tokens(&acme.admin_email).await, "amy").await;
    for foreign in [&other.admin_email, &colleague] {
        assert_eq!(remove(foreign).await, StatusCode::SEE_OTHER, "as for one that never was");
        assert_eq!(sign_in(&login, &mut device).await.status(), StatusCode::OK);
    }
    assert_eq!(remove(&acme.admin_email).await, StatusCode::SEE_OTHER);
    assert_refused(sign_in(&login, &mut device).await, "it is gone").await;
}

#[tokio::test]
async fn passkeys_stay_in_their_tenant_and_go_with_their_person() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let rows = async |pool: &sqlx::PgPool, table: &str| {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        sqlx::query_scalar::<_, i64>(count).fetch_one(pool).await.expect("a count")
    };
    let superuser = login.superuser().await;
    assert_eq!((rows(&superuser, "passkey").await, rows(login.app.db.app(), "passkey").await), (1, 0));
    assert_eq!(rows(&superuser, "passkey_ceremony").await, 0, "taken");
    sqlx::query("DELETE FROM user_account").execute(&superuser).await.expect("deleted");
    assert_eq!((rows(&superuser, "passkey").await, rows(&superuser, "passkey_directory").await), (0, 0));

    challenge(&login).await;
    login.clock.advance(Duration::minutes(6));
    login::usecase::sweep::sweep(&login.app).await.expect("swept");
    assert_eq!(rows(&superuser, "passkey_ceremony").await, 0, "nobody answered in time");
}

#[tokio::test]
async fn where_the_issuer_has_no_name_the_page_says_why_there_are_no_passkeys() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let base = login.replica_of("http://127.0.0.1:8180").await;
    let get = async |path: &str| {
        let request = login.http.get(format!("{base}{path}")).header(header::COOKIE, &cookie);
        request.send().await.expect("an answer").text().await.expect("a page")
    };
    let (account, sign_in) = (get("/").await, get("/sign-in").await);
    assert!(account.contains("on a page with an IP address") && !account.contains("<script"), "{account}");
    assert!(!sign_in.contains("passkey") && !sign_in.contains("<script"), "{sign_in}");
}

#[tokio::test]
async fn a_reset_of_the_password_removes_passkeys() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let mut device = with_passkey(&login, &acme.admin_email).await;
    login.form("/forgot-password", "", &[("email", &acme.admin_email)]).await;
    login.work().await;
    let token = login.mailed_token(&acme.admin_email, "/reset-password/").await;
    let reset = login.form(&format!("/reset-password/{token}"), "", &[("password", "a quiet river at dawn")]).await;
    assert_eq!(reset.status(), StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&login, &mut device).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_refused_name_uses_the_challenge_up() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let (cookie, mut device) = (login.sign_in(&acme.admin_email).await, Authenticator::new());
    let options = json(login.script("/passkeys/options", &cookie, &json!({})).await).await;
    let mut added =
        json!({"ceremony": options["ceremony"], "name": "x".repeat(51), "credential": device.create(&options)});
    let long = json(login.script("/passkeys", &cookie, &added).await).await;
    assert_eq!((&long["errors"][0]["field"], &long["errors"][0]["code"]), (&json!("name"), &json!("too_long")));
    added["name"] = json!("x".repeat(50));
    assert_refused(login.script("/passkeys", &cookie, &added).await, "a challenge that was answered").await;
}

#[tokio::test]
async fn a_person_has_twenty_at_most_also_when_two_come_at_once() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let eighteen = "INSERT INTO passkey (passkey_id, tenant_id, user_id, name, credential, created_at)
        SELECT gen_random_uuid(), tenant_id, user_id, name, credential, created_at FROM passkey, generate_series(1, 18)";
    sqlx::query(eighteen).execute(&login.superuser().await).await.expect("added");
    let cookie = login.sign_in(&acme.admin_email).await;
    let (mut one, mut other) = (Authenticator::new(), Authenticator::new());
    let mut asked = vec![];
    for device in [&mut one, &mut other] {
        let options = json(login.script("/passkeys/options", &cookie, &json!({})).await).await;
        let credential = device.create(&options);
        asked.push(json!({"ceremony": options["ceremony"], "name": "Another", "credential": credential}));
    }
    let (one, other) =
        tokio::join!(login.script("/passkeys", &cookie, &asked[0]), login.script("/passkeys", &cookie, &asked[1]));
    let mut statuses = [one.status(), other.status()];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::NO_CONTENT, StatusCode::CONFLICT]);
    let refused = refusal(login.script("/passkeys/options", &cookie, &json!({})).await).await;
    assert_eq!(refused, (StatusCode::CONFLICT, "too_many_passkeys".to_owned()));
}

#[tokio::test]
async fn a_person_is_told_by_mail_of_a_passkey_that_comes_or_goes() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let remove = format!("/passkeys/{}/remove", the_one(&login).await);
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
        assert!(!text.contains("Laptop"), "no words that someone wrote");
    }
}

#[tokio::test]
async fn only_its_person_renames_a_passkey() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    with_passkey(&login, &acme.admin_email).await;
    let path = format!("/passkeys/{}", the_one(&login).await);
    let cookie = login.sign_in(&acme.admin_email).await;
    let renamed = login.form(&path, &cookie, &[("name", " Old laptop ")]).await;
    assert_eq!(location(&renamed), "/");
    let page = login.look("/", &cookie).await.text().await.expect("a page");
    assert!(page.contains("<strong>Old laptop</strong>"), "{page}");

    for (name, told) in [("", "Please fill in this field."), (&*"x".repeat(51), "This is too long.")] {
        let refused = login.form(&path, &cookie, &[("name", name)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = refused.text().await.expect("a page");
        assert!(page.contains(told) && page.contains(r#"aria-invalid="true""#), "{page}");
        assert!(page.contains("<strong>Old laptop</strong>"), "it stays: {page}");
    }
    let colleague = login.member(&login.tokens(&acme.admin_email).await, "amy").await;
    let foreign = login.form(&path, &login.sign_in(&colleague).await, &[("name", "Mine")]).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
}

async fn the_one(login: &TestApp) -> String {
    let the_one = "SELECT passkey_id::text FROM passkey";
    sqlx::query_scalar(the_one).fetch_one(&login.superuser().await).await.expect("the one")
}

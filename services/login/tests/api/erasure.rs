//! Erasure deletes a person from every table and publishes a tombstone.

use contracts::login::v1::{SessionChanged, SessionState};
use reqwest::{Method, StatusCode};
use serde_json::json;
use sqlx::AssertSqlSafe;

use crate::harness::{PASSWORD, REDIRECT, TestApp, Tokens, claims, json, location, refusal};

/// Tables that contain `text`, as text or as bytes.
async fn tables_with(login: &TestApp, text: &str) -> Vec<String> {
    let superuser = login.superuser().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
    )
    .fetch_all(&superuser)
    .await
    .expect("the catalogue");
    let mut found = vec![];
    for table in tables {
        let query = format!(
            "SELECT count(*) FROM \"{table}\" held WHERE strpos(held::text, $1) > 0
               OR strpos(held::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0"
        );
        let rows: i64 =
            sqlx::query_scalar(AssertSqlSafe(query)).bind(text).fetch_one(&superuser).await.expect("a count");
        if rows > 0 {
            found.push(table);
        }
    }
    found
}

/// Creates a person with data in every table: an admin who registered a client and invited others. Returns address, tokens
/// and id. New personal data belongs here, too; [`assert_erased`] searches for it.
async fn somebody(login: &TestApp, admin: &Tokens) -> (String, Tokens, String) {
    let body = json!({"email": "vera@people.example", "role": "admin", "locale": "en"});
    let request = login.http.post(login.url("/v1/invitations")).bearer_auth(admin.access()).json(&body);
    let invited = request.header("Idempotency-Key", "invites vera").send().await.expect("response");
    assert_eq!(invited.status(), StatusCode::CREATED);
    let token = login.mailed_token("vera@people.example", "/invitations/").await;
    let body = json!({"token": token, "display_name": "Vera Unmistakable", "password": PASSWORD});
    let request = login.http.post(login.url("/v1/invitations/accept")).json(&body);
    let accepted = request.header("Idempotency-Key", "vera accepts").send().await.expect("response");
    assert_eq!(accepted.status(), StatusCode::CREATED);
    let email = "vera@people.example".to_owned();
    let vera = login.tokens(&email).await;
    login.post("/v1/clients", Some(vera.access()), &json!({"client_name": "Wiki", "redirect_uris": [REDIRECT]})).await;
    let body = json!({"email": "later@people.example", "role": "member", "locale": "en"});
    login.post("/v1/invitations", Some(vera.access()), &body).await;
    login.form("/sign-in", "", &[("email", &email), ("password", "a wrong password")]).await;
    let id = claims(vera.access())["sub"].as_str().expect("an id").to_owned();
    (email, vera, id)
}

/// Checks that no personal data is left.
async fn assert_erased(login: &TestApp, email: &str, vera: &Tokens, id: &str) {
    for personal in [email, "Vera Unmistakable", &hex(&chassis::secret::hash(email))] {
        assert_eq!(tables_with(login, personal).await, Vec::<String>::new(), "{personal}");
    }
    assert_eq!(tables_with(login, id).await, ["client", "outbox"], "referenced by others");
    let last = "SELECT payload FROM outbox WHERE topic = 'login.user.v1' AND key = $1";
    let states: Vec<Option<Vec<u8>>> =
        sqlx::query_scalar(last).bind(id).fetch_all(&login.superuser().await).await.expect("the outbox");
    assert_eq!(states, [None], "only the tombstone");
    let sessions = crate::events::published::<SessionChanged>(login, "login.session.v1").await;
    let theirs: Vec<_> = sessions.iter().filter(|(_, _, event)| event.user_id == id).collect();
    assert!(!theirs.is_empty() && theirs.iter().all(|(_, _, event)| event.state() == SessionState::Ended));

    assert_eq!(login.refresh(vera.refresh()).await.status(), StatusCode::BAD_REQUEST);
    let refused = login.form("/sign-in", "", &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        login.get("/v1/me", vera.access()).await.status(),
        StatusCode::UNAUTHORIZED,
        "although the token has not expired"
    );
}

#[tokio::test]
async fn a_person_erases_their_own_account() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (email, vera, id) = somebody(&login, &admin).await;
    let wrong = login.send(Method::DELETE, "/v1/me", vera.access(), &json!({"password": "not the password"})).await;
    assert_eq!(json(wrong).await["errors"][0]["code"], "wrong_password");
    let right = login.send(Method::DELETE, "/v1/me", vera.access(), &json!({"password": PASSWORD})).await;
    assert_eq!(right.status(), StatusCode::NO_CONTENT);
    assert_erased(&login, &email, &vera, &id).await;
    // A person with the same address can join again, as a new person.
    assert_ne!(somebody(&login, &admin).await.2, id);
}

#[tokio::test]
async fn an_admin_removes_a_person() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let (email, vera, id) = somebody(&login, &admin).await;
    let path = format!("/v1/members/{id}");
    assert_eq!(login.send(Method::DELETE, &path, admin.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);
    assert_erased(&login, &email, &vera, &id).await;
    let again = login.send(Method::DELETE, &path, admin.access(), &json!({})).await;
    assert_eq!(refusal(again).await, (StatusCode::NOT_FOUND, "user_not_found".to_owned()));
}

#[tokio::test]
async fn erasure_deletes_invitations_of_other_tenants() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    let (admin, foreign) = (login.tokens(&acme.admin_email).await, login.tokens(&other.admin_email).await);
    let (email, vera, id) = somebody(&login, &admin).await;
    for (key, address) in [("invites vera, too", email.as_str()), ("invites another", "stays@people.example")] {
        let body = json!({"email": address, "role": "member", "locale": "en"});
        let request = login.http.post(login.url("/v1/invitations")).bearer_auth(foreign.access()).json(&body);
        let invited = request.header("Idempotency-Key", key).send().await.expect("response");
        assert_eq!(invited.status(), StatusCode::CREATED);
    }
    let path = format!("/v1/members/{id}");
    assert_eq!(login.send(Method::DELETE, &path, admin.access(), &json!({})).await.status(), StatusCode::NO_CONTENT);
    assert_erased(&login, &email, &vera, &id).await;
    let open = json(login.get("/v1/invitations", foreign.access()).await).await;
    assert_eq!(
        (open["items"].as_array().map(Vec::len), &open["items"][0]["email"]),
        (Some(1), &json!("stays@people.example"))
    );
    let tokens: i64 = sqlx::query_scalar("SELECT count(*) FROM token_directory WHERE kind = 'invitation'")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(tokens, 1);
}

#[tokio::test]
async fn a_page_erases_an_account_by_its_password() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let email = login.member(&admin, "amy").await;
    let cookie = login.sign_in(&email).await;
    assert!(login.visit("/profile/erase", &cookie).await.text().await.expect("page text").contains(&email));
    let wrong = login.form("/profile/erase", &cookie, &[("password", "not the password")]).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().await.expect("page text").contains("비밀번호가 올바르지 않습니다"));
    let done = login.form("/profile/erase", &cookie, &[("password", PASSWORD)]).await;
    assert_eq!(location(&done), "/");
    assert_eq!(tables_with(&login, &email).await, Vec::<String>::new());
}

#[tokio::test]
async fn password_confirmation_is_throttled_after_ten_attempts() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let amy = login.tokens(&login.member(&admin, "amy").await).await;
    for _ in 0..10 {
        let wrong = login.send(Method::DELETE, "/v1/me", amy.access(), &json!({"password": "not the password"})).await;
        assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    let throttled = login.send(Method::DELETE, "/v1/me", amy.access(), &json!({"password": PASSWORD})).await;
    assert_eq!(refusal(throttled).await, (StatusCode::TOO_MANY_REQUESTS, "too_many_tries".to_owned()));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

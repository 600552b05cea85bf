use chrono::Duration;
use login::{domain::mail::MAX_REQUESTS_PER_NETWORK, usecase::sweep::sweep};
use reqwest::{Response, StatusCode, header::HeaderValue};
use serde_json::{Value, json};

use crate::harness::{PASSWORD, TestApp, authorize, claims, cookie, json, location, new_tenant, parameter, refusal};

fn by(slug: &str, email: &str) -> Value {
    let mut new = new_tenant(slug);
    new["admin"]["email"] = email.into();
    new
}

/// Status, headers and body of a response.
async fn everything(response: Response) -> (StatusCode, Vec<(String, String)>, String) {
    let headers = response.headers().iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()));
    (response.status(), headers.collect(), response.text().await.expect("a body"))
}

async fn verify(login: &TestApp, token: &str) -> Response {
    login.post("/v1/tenants/verify", None, &json!({"token": token, "password": PASSWORD})).await
}

#[tokio::test]
async fn a_free_and_a_taken_address_get_the_same_answer_for_the_same_work() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let mut responses = vec![];
    for (slug, email) in [("one", acme.admin_email.as_str()), ("two", "nobody@acme.example")] {
        let before = login.app.passwords.runs();
        let api = everything(login.post("/v1/tenants", None, &by(slug, email)).await).await;
        assert_eq!((api.0, api.2.as_str()), (StatusCode::ACCEPTED, r#"{"status":"verification_sent"}"#));
        let fields = [("name", "Tenant"), ("slug", slug), ("locale", "en"), ("display_name", "Ada"), ("email", email)];
        let page = everything(login.form("/sign-up", "", &fields).await).await;
        let reset = login.form("/reset-password/made-up", "", &[("password", PASSWORD)]).await;
        assert_eq!(reset.status(), StatusCode::NOT_FOUND);
        assert_eq!(login.app.passwords.runs(), before, "no password is hashed without a valid link");
        responses.push((api, page));
    }
    assert_eq!(responses[0], responses[1]);
}

#[tokio::test]
async fn a_sign_up_reserves_the_slug_for_free_and_taken_addresses() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for (slug, email) in [("one", acme.admin_email.as_str()), ("two", "nobody@acme.example")] {
        login.post("/v1/tenants", None, &by(slug, email)).await;
        let other = login.post("/v1/tenants", None, &by(slug, "someone@else.example")).await;
        assert_eq!(refusal(other).await, (StatusCode::CONFLICT, "slug_taken".to_owned()));
    }
    login.clock.advance(Duration::hours(24));
    for (slug, email) in [("one", "a@else.example"), ("two", "b@else.example")] {
        assert_eq!(login.post("/v1/tenants", None, &by(slug, email)).await.status(), StatusCode::ACCEPTED);
    }
}

#[tokio::test]
async fn the_owner_of_a_taken_address_gets_a_mail_and_no_tenant_is_created() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    login.post("/v1/tenants", None, &by("other", &acme.admin_email)).await;
    let mail = &login.mails(&acme.admin_email).await[0];
    let text = mail["text"].as_str().expect("a text");
    assert!(text.contains("http://login.test/sign-in") && text.contains("http://login.test/forgot-password"), "{text}");
    assert!(!text.contains("/verify/"));
}

#[tokio::test]
async fn a_link_works_once() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &new_tenant("acme")).await;
    let token = login.mailed_token("admin@acme.example", "/verify/").await;
    let path = format!("/verify/{token}");
    for _ in 0..2 {
        assert_eq!(login.visit(&path, "").await.status(), StatusCode::OK, "viewing the page does not use the link");
    }
    let made = verify(&login, &token).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    assert_eq!(json(made).await["slug"], "acme");
    let again = verify(&login, &token).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    let again = json(again).await;
    assert_eq!(again["code"], "sign_up_not_found");
    assert_eq!(again["detail"], "This link was used or replaced by a newer one, or has expired.");
    assert_eq!(login.visit(&path, "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(login.form(&path, "", &[("password", PASSWORD)]).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_repeated_idempotency_key_gets_the_same_tenant() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &new_tenant("acme")).await;
    let token = login.mailed_token("admin@acme.example", "/verify/").await;
    let mut answers = vec![];
    for _ in 0..2 {
        let request = login.http.post(login.url("/v1/tenants/verify")).header("idempotency-key", "one");
        answers.push(
            json(request.json(&json!({"token": token, "password": PASSWORD})).send().await.expect("response")).await,
        );
    }
    assert!(answers[0]["tenant_id"].is_string());
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_link_expires_after_a_day() {
    let login = TestApp::start().await;
    for (slug, hours, expected) in [("one", 23, StatusCode::CREATED), ("two", 24, StatusCode::NOT_FOUND)] {
        login.post("/v1/tenants", None, &new_tenant(slug)).await;
        let token = login.mailed_token(&format!("admin@{slug}.example"), "/verify/").await;
        login.clock.advance(Duration::hours(hours));
        assert_eq!(verify(&login, &token).await.status(), expected, "{hours} hours");
    }
    sweep(&login.app).await.expect("swept");
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM pending_sign_up")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_newer_sign_up_replaces_the_older() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &by("old", "ada@acme.example")).await;
    let old = login.mailed_token("ada@acme.example", "/verify/").await;
    login.post("/v1/tenants", None, &by("new", "ada@acme.example")).await;
    let new = login.mailed_token("ada@acme.example", "/verify/").await;
    assert_eq!(verify(&login, &old).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(json(verify(&login, &new).await).await["slug"], "new");
}

#[tokio::test]
async fn mails_per_address_are_limited_without_notice() {
    let login = TestApp::start().await;
    for _ in 0..6 {
        let answer = login.post("/v1/tenants", None, &new_tenant("acme")).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
    assert_eq!(login.mails("admin@acme.example").await.len(), 5);
    let token = login.mailed_token("admin@acme.example", "/verify/").await;
    login.clock.advance(Duration::hours(1));
    assert_eq!(verify(&login, &token).await.status(), StatusCode::CREATED, "the newest link stays valid");
    login.post("/v1/tenants", None, &by("other", "admin@acme.example")).await;
    assert_eq!(login.mails("admin@acme.example").await.len(), 6);
}

#[tokio::test]
async fn an_address_that_joined_another_tenant_meanwhile_is_refused() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &by("late", "amy@people.example")).await;
    let token = login.mailed_token("amy@people.example", "/verify/").await;
    let admin = login.tokens(&login.tenant("acme").await.admin_email).await;
    let new = json!({"email": "amy@people.example", "role": "member", "locale": "en"});
    login.post("/v1/invitations", Some(admin.access()), &new).await;
    let invitation = login.mailed_token("amy@people.example", "/invitations/").await;
    let accepted = json!({"token": invitation, "display_name": "Amy", "password": PASSWORD});
    login.post("/v1/invitations/accept", None, &accepted).await;
    assert_eq!(refusal(verify(&login, &token).await).await, (StatusCode::CONFLICT, "email_taken".to_owned()));
    assert_eq!(
        login.form(&format!("/verify/{token}"), "", &[("password", PASSWORD)]).await.status(),
        StatusCode::CONFLICT
    );
}

/// A person signs up with another person's address: only the owner of the address can open the link and set the
/// password.
#[tokio::test]
async fn the_password_is_chosen_behind_the_link() {
    let login = TestApp::start().await;
    let mut by_someone = new_tenant("acme");
    by_someone["admin"]["password"] = "chosen-by-someone-else".into();
    let refused = json(login.post("/v1/tenants", None, &by_someone).await).await;
    assert_eq!(refused["errors"][0]["field"], "admin.password", "{refused}");
    let form = [
        ("name", "Acme"),
        ("slug", "acme"),
        ("locale", "en"),
        ("display_name", "Ada"),
        ("email", "admin@acme.example"),
        ("password", "chosen-by-someone-else"),
    ];
    assert_eq!(login.form("/sign-up", "", &form).await.status(), StatusCode::SEE_OTHER, "a form ignores it");
    let token = login.mailed_token("admin@acme.example", "/verify/").await;
    assert_eq!(verify(&login, &token).await.status(), StatusCode::CREATED);
    for (password, expected) in [("chosen-by-someone-else", 401), (PASSWORD, 303)] {
        let answer = login.form("/sign-in", "", &[("email", "admin@acme.example"), ("password", password)]).await;
        assert_eq!(answer.status(), expected, "{password}");
    }
}

#[tokio::test]
async fn a_refused_password_does_not_use_up_the_link() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &new_tenant("acme")).await;
    let token = login.mailed_token("admin@acme.example", "/verify/").await;
    let path = format!("/verify/{token}");
    for (password, code) in [("short", "too_short"), ("admin@acme.example", "too_personal")] {
        let refused = login.post("/v1/tenants/verify", None, &json!({"token": token, "password": password})).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let errors = &json(refused).await["errors"][0];
        assert_eq!((&errors["field"], &errors["code"]), (&json!("password"), &json!(code)));
        let page = login.form(&path, "", &[("password", password)]).await;
        assert_eq!(page.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text().await.expect("page text").contains("aria-invalid"));
    }
    let before = login.app.passwords.runs();
    assert_eq!(verify(&login, "made-up").await.status(), StatusCode::NOT_FOUND);
    let join = json!({"token": "made-up", "display_name": "Amy", "password": PASSWORD});
    assert_eq!(login.post("/v1/invitations/accept", None, &join).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(login.app.passwords.runs(), before, "no password is hashed without a valid link");
    assert_eq!(verify(&login, &token).await.status(), StatusCode::CREATED);
}

/// Sign-ups and password resets are limited per source network and hour, for any addresses.
#[tokio::test]
async fn mail_requests_per_network_are_limited() {
    let login = TestApp::start().await;
    let request_reset =
        async |number: i64| login.form("/forgot-password", "", &[("email", &format!("{number}@acme.example"))]).await;
    let status_and_wait = |refused: &Response| (refused.status().as_u16(), refused.headers()["retry-after"].clone());
    for number in 0..MAX_REQUESTS_PER_NETWORK {
        assert_eq!(request_reset(number).await.status(), StatusCode::SEE_OTHER);
        if number == 0 {
            login.clock.advance(Duration::minutes(20));
        }
    }
    assert_eq!(status_and_wait(&request_reset(MAX_REQUESTS_PER_NETWORK).await), (429, HeaderValue::from(40 * 60)));
    let sign_up = async |number: i64| {
        let slug = format!("acme-{number}");
        login.post("/v1/tenants", None, &by(&slug, &format!("{number}@acme.example"))).await
    };
    for number in 0..MAX_REQUESTS_PER_NETWORK {
        assert_eq!(sign_up(number).await.status(), StatusCode::ACCEPTED, "counted separately");
    }
    let refused = sign_up(MAX_REQUESTS_PER_NETWORK).await;
    assert_eq!(status_and_wait(&refused), (429, HeaderValue::from(3600)));
    assert_eq!(refusal(refused).await, (StatusCode::TOO_MANY_REQUESTS, "too_many_tries".to_owned()));
    let fields =
        [("name", "Acme"), ("slug", "acme-page"), ("locale", "en"), ("display_name", "Amy"), ("email", "a@b.example")];
    assert_eq!(
        status_and_wait(&login.form("/sign-up", "", &fields).await),
        (429, HeaderValue::from(3600)),
        "also on the page"
    );
    login.clock.advance(Duration::minutes(40));
    let accepted = request_reset(MAX_REQUESTS_PER_NETWORK).await;
    assert_eq!(accepted.status(), StatusCode::SEE_OTHER, "the first request is older than an hour");
    assert_eq!(request_reset(MAX_REQUESTS_PER_NETWORK).await.status(), StatusCode::TOO_MANY_REQUESTS);
}

/// Joining in a browser of another signed-in person replaces the session and makes the device known.
#[tokio::test]
async fn a_new_person_replaces_the_browsers_session() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    login.post("/v1/tenants", None, &new_tenant("other")).await;
    let path = format!("/verify/{}", login.mailed_token("admin@other.example", "/verify/").await);
    let begun = login.form(&path, &cookie, &[("password", PASSWORD)]).await;
    let cookies: Vec<_> = begun.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2, "a session and a device: {cookies:?}");
    assert!(login.visit("/", &cookie).await.text().await.expect("page text").contains("/sign-in"), "signed out");
}

#[tokio::test]
async fn the_confirmation_form_requires_the_same_origin() {
    let login = TestApp::start().await;
    login.post("/v1/tenants", None, &new_tenant("acme")).await;
    let path = format!("/verify/{}", login.mailed_token("admin@acme.example", "/verify/").await);
    let foreign = login.http.post(login.url(&path)).header("origin", "http://evil.example");
    assert_eq!(foreign.send().await.expect("response").status(), StatusCode::FORBIDDEN);
    let home = login.visit("/", &cookie(&login.form(&path, "", &[("password", PASSWORD)]).await)).await;
    assert!(home.text().await.expect("page text").contains("Ada"), "signed in");
}

#[tokio::test]
async fn email_verified_is_returned_with_the_scope_email() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    assert_eq!(claims(tokens.id())["email_verified"], true);
    assert_eq!(json(login.get("/userinfo", tokens.access()).await).await["email_verified"], true);

    let cookie = login.sign_in(&acme.admin_email).await;
    let redirect = login.visit(&authorize("public", &[("scope", "openid profile")]), &cookie).await;
    let code = parameter(&location(&redirect), "code").expect("a code");
    let tokens = json(login.exchange("public", &code).await).await;
    let id_claims = claims(tokens["id_token"].as_str().expect("an ID token"));
    assert_eq!((id_claims.get("email"), id_claims.get("email_verified")), (None, None));
}

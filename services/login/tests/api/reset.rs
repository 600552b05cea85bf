use chrono::Duration;
use login::{
    admin::{Command, execute},
    domain::{mail::MAX_REQUEST_TRIES, password::NewPassword},
};
use reqwest::{Response, StatusCode};

use crate::harness::{PASSWORD, TestApp, location};

const NEW: &str = "a quiet river at dawn";

async fn ask(login: &TestApp, email: &str) -> Response {
    let answer = login.form("/forgot-password", "", &[("email", email)]).await;
    login.send_mails().await;
    answer
}

/// Path of the link in the newest e-mail.
async fn link(login: &TestApp, email: &str) -> String {
    format!("/reset-password/{}", login.mailed_token(email, "/reset-password/").await)
}

async fn sign_in(login: &TestApp, email: &str, password: &str) -> StatusCode {
    login.form("/sign-in", "", &[("email", email), ("password", password)]).await.status()
}

#[tokio::test]
async fn a_known_and_an_unknown_address_get_the_same_answer() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let before = login.app.passwords.runs();
    let mut responses = vec![];
    for email in [acme.admin_email.as_str(), "nobody@acme.example"] {
        let answer = ask(&login, email).await;
        let headers: Vec<_> = answer.headers().iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        let headers: Vec<_> = headers.into_iter().filter(|(name, _)| name != "date").collect();
        responses.push((answer.status(), location(&answer), headers, answer.text().await.expect("a body")));
    }
    assert_eq!((responses[0].0, responses[0].1.as_str()), (StatusCode::SEE_OTHER, "/forgot-password/sent"));
    assert_eq!(responses[0], responses[1]);
    assert_eq!(login.app.passwords.runs(), before, "no password is hashed");
    link(&login, &acme.admin_email).await;
    assert!(login.mails("nobody@acme.example").await.is_empty());
}

#[tokio::test]
async fn the_address_is_looked_up_after_the_response() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    login.form("/forgot-password", "", &[("email", &acme.admin_email)]).await;
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM mail_request WHERE handled_at IS NULL")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!((left, login.mails(&acme.admin_email).await.len()), (1, 1), "only the sign-up's e-mail");
}

#[tokio::test]
async fn a_new_password_replaces_the_old_and_ends_all_sessions() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let (tokens, cookie) = (login.tokens(&acme.admin_email).await, login.sign_in(&acme.admin_email).await);
    ask(&login, &acme.admin_email).await;
    let path = link(&login, &acme.admin_email).await;
    assert!(login.visit(&path, "").await.text().await.expect("page text").contains(&acme.admin_email));
    let changed = login.form(&path, &cookie, &[("password", NEW)]).await;
    assert_eq!(location(&changed), "/password-changed");

    assert!(!login.visit("/", &cookie).await.text().await.expect("page text").contains("Ada"));
    assert_eq!(login.refresh(tokens.refresh()).await.status(), StatusCode::BAD_REQUEST);
    let ended: i64 = sqlx::query_scalar("SELECT count(*) FROM outbox WHERE topic = 'login.session.v1'")
        .fetch_one(&login.superuser().await)
        .await
        .expect("a count");
    assert_eq!(ended, 4, "two started, two ended");
    assert_eq!(sign_in(&login, &acme.admin_email, PASSWORD).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&login, &acme.admin_email, NEW).await, StatusCode::SEE_OTHER);
    let mails = login.mails(&acme.admin_email).await;
    let notice = mails.iter().find(|mail| mail["subject"] == "Your password was changed").expect("a notice");
    assert!(notice["text"].as_str().is_some_and(|text| text.contains("at 2026-05-04 03:02 UTC")), "{notice}");
}

#[tokio::test]
async fn only_the_newest_link_works_and_only_once() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    ask(&login, &acme.admin_email).await;
    let old = link(&login, &acme.admin_email).await;
    ask(&login, &acme.admin_email).await;
    let new = link(&login, &acme.admin_email).await;
    assert_eq!(login.form(&old, "", &[("password", NEW)]).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(login.form(&new, "", &[("password", NEW)]).await.status(), StatusCode::SEE_OTHER);
    let again = login.form(&new, "", &[("password", "another river at dawn")]).await;
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
    assert_eq!(login.visit(&new, "").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(sign_in(&login, &acme.admin_email, NEW).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_expires_after_half_an_hour() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for (minutes, expected) in [(29, StatusCode::SEE_OTHER), (30, StatusCode::NOT_FOUND)] {
        ask(&login, &acme.admin_email).await;
        let path = link(&login, &acme.admin_email).await;
        login.clock.advance(Duration::minutes(minutes));
        assert_eq!(login.form(&path, "", &[("password", NEW)]).await.status(), expected, "{minutes} minutes");
    }
}

#[tokio::test]
async fn an_invalid_password_does_not_use_up_the_link() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    ask(&login, &acme.admin_email).await;
    let path = link(&login, &acme.admin_email).await;
    let before = login.app.passwords.runs();
    for (choice, words) in [("short", "at least 12 characters"), ("password1234", "This password is too common")] {
        let refused = login.form(&path, "", &[("password", choice)]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().await.expect("page text").contains(words), "{choice}");
    }
    login.form("/reset-password/guessed", "", &[("password", NEW)]).await;
    assert_eq!(login.app.passwords.runs(), before, "no password is hashed");
    assert_eq!(login.form(&path, "", &[("password", NEW)]).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn links_per_address_are_limited_without_notice() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for _ in 0..6 {
        assert_eq!(location(&ask(&login, &acme.admin_email).await), "/forgot-password/sent");
    }
    assert_eq!(login.mails(&acme.admin_email).await.len(), 1 + 5);
    login.clock.advance(Duration::hours(1));
    ask(&login, &acme.admin_email).await;
    assert_eq!(login.mails(&acme.admin_email).await.len(), 1 + 6);
}

#[tokio::test]
async fn a_suspended_person_gets_no_link() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    ask(&login, &acme.admin_email).await;
    let path = link(&login, &acme.admin_email).await;
    sqlx::query("UPDATE user_account SET status = 'suspended'")
        .execute(&login.superuser().await)
        .await
        .expect("suspended");
    assert_eq!(login.form(&path, "", &[("password", NEW)]).await.status(), StatusCode::NOT_FOUND);
    ask(&login, &acme.admin_email).await;
    assert_eq!(link(&login, &acme.admin_email).await, path, "no new link");
}

#[tokio::test]
async fn a_new_password_resets_the_throttle() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for _ in 0..10 {
        sign_in(&login, &acme.admin_email, "a wrong password").await;
    }
    assert_eq!(sign_in(&login, &acme.admin_email, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    ask(&login, &acme.admin_email).await;
    let path = link(&login, &acme.admin_email).await;
    login.form(&path, "", &[("password", NEW)]).await;
    assert_eq!(sign_in(&login, &acme.admin_email, NEW).await, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_invalid_address_is_reported() {
    let login = TestApp::start().await;
    let answer = login.form("/forgot-password", "", &[("email", "nobody")]).await;
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.expect("page text").contains("not a valid e-mail address"));
    let sent = login.visit("/forgot-password/sent", "").await;
    assert_eq!(sent.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_password_with_personal_words_is_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    ask(&login, &acme.admin_email).await;
    let path = link(&login, &acme.admin_email).await;
    let refused = login.form(&path, "", &[("password", "acme-admin-2026")]).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(login.form(&path, "", &[("password", NEW)]).await.status(), StatusCode::SEE_OTHER);
}

/// The password is reset while a sign-in with the old password runs: before its commit, or before its start.
#[tokio::test]
async fn a_sign_in_by_the_old_password_does_not_outlive_the_reset() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for round in 0..3 {
        login.clock.advance(Duration::seconds(1));
        ask(&login, &acme.admin_email).await;
        let path = link(&login, &acme.admin_email).await;
        let new = format!("{NEW} {round}");
        let fields = [("password", new.as_str())];
        let form = [("email", acme.admin_email.as_str()), ("password", PASSWORD)];
        tokio::join!(
            login.form(&path, "", &fields),
            login.form("/sign-in", "", &form),
            login.form("/sign-in", "", &form)
        );
        let live: i64 = sqlx::query_scalar("SELECT count(*) FROM session WHERE ended_at IS NULL")
            .fetch_one(&login.superuser().await)
            .await
            .expect("a count");
        assert_eq!(live, 0);
        // Restore the state for the next round.
        let hash = NewPassword::parse("password", &PASSWORD.into()).expect("valid");
        let hash = login.app.passwords.hash(hash).await.expect("hashed");
        let superuser = login.superuser().await;
        let back = "UPDATE credential SET password_hash = $1";
        sqlx::query(back).bind(hash.as_str()).execute(&superuser).await.expect("set back");
        sqlx::query("DELETE FROM sign_in_attempt").execute(&superuser).await.expect("deleted");
    }
}

/// Makes each reset of the person fail, or mends it.
async fn break_resets(login: &TestApp, user_id: &str, broken: bool) {
    let check = format!("ALTER TABLE password_reset ADD CONSTRAINT broken CHECK (user_id <> '{user_id}')");
    let sql = if broken { check } else { "ALTER TABLE password_reset DROP CONSTRAINT broken".to_owned() };
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&login.superuser().await).await.expect("executed");
}

#[tokio::test]
async fn a_request_that_always_fails_delays_no_other_one_and_can_be_replayed() {
    let login = TestApp::start().await;
    let (acme, other) = (login.tenant("acme").await, login.tenant("other").await);
    break_resets(&login, &acme.admin_id, true).await;
    login.form("/forgot-password", "", &[("email", &acme.admin_email)]).await;
    login.clock.advance(Duration::seconds(1));
    ask(&login, &other.admin_email).await;
    link(&login, &other.admin_email).await;

    let tries = "SELECT tries FROM mail_request WHERE handled_at IS NULL";
    let tries = async || sqlx::query_scalar::<_, i32>(tries).fetch_all(&login.superuser().await).await.expect("tries");
    assert_eq!(tries().await, [1]);
    for expected in [1, 2, 3, 4, MAX_REQUEST_TRIES, MAX_REQUEST_TRIES] {
        login.send_mails().await;
        assert_eq!(tries().await, [expected], "not at once, and not for ever");
        login.clock.advance(Duration::minutes(1 << (expected - 1)));
    }
    // One e-mail of its sign-up, and none of the reset.
    assert_eq!(login.mails(&acme.admin_email).await.len(), 1);
    break_resets(&login, &acme.admin_id, false).await;
    let replayed = execute(&login.app, Command::ReplayDeadLetters).await.expect("replayed");
    assert_eq!(replayed, "queued 0 failed mails and 1 password resets again, deleted 0 with expired links");
    login.send_mails().await;
    link(&login, &acme.admin_email).await;
}

use std::time::Duration as Seconds;

use chrono::Duration;
use login::usecase::sweep::sweep;
use tokio::time::timeout;

use crate::harness::TestApp;

async fn count(login: &TestApp, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(&login.superuser().await).await.expect("a count")
}

#[tokio::test]
async fn ended_sessions_are_published_and_later_deleted() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    login.tokens(&acme.admin_email).await;
    login.form("/sign-in", "", &[("email", "nobody@acme.example"), ("password", "a wrong password")]).await;
    sweep(&login.app).await.expect("swept");
    assert_eq!(count(&login, "SELECT count(*) FROM session WHERE ended_at IS NULL").await, 1);
    assert_eq!(count(&login, "SELECT count(*) FROM sign_in_attempt").await, 1);

    login.clock.advance(Duration::days(30));
    sweep(&login.app).await.expect("swept");
    assert_eq!(count(&login, "SELECT count(*) FROM session WHERE ended_at IS NOT NULL").await, 1);
    assert_eq!(count(&login, "SELECT count(*) FROM outbox WHERE topic = 'login.session.v1'").await, 2);
    assert_eq!(count(&login, "SELECT count(*) FROM sign_in_attempt").await, 0);

    login.clock.advance(Duration::days(2));
    sweep(&login.app).await.expect("swept");
    for left in ["session", "refresh_family", "refresh_token", "authorization_code", "token_directory"] {
        let all = format!("SELECT count(*) FROM {left}");
        let rows: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(all)).fetch_one(&login.superuser().await).await.expect("a count");
        assert_eq!(rows, 0, "{left}");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_ended_keeps_nothing_else_from_being_swept() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for _ in 0..3 {
        login.tokens(&acme.admin_email).await;
    }
    login.form("/sign-in", "", &[("email", "nobody@acme.example"), ("password", "a wrong password")]).await;
    // Of three sessions, the first to expire can be neither ended nor deleted.
    for sql in [
        "UPDATE session SET device = 'broken' WHERE session_id = (SELECT min(session_id::text)::uuid FROM session)",
        "ALTER TABLE session ADD CONSTRAINT broken CHECK (device <> 'broken' OR ended_at IS NULL)",
    ] {
        sqlx::query(sql).execute(&login.superuser().await).await.expect("executed");
    }
    login.clock.advance(Duration::days(30));
    sweep(&login.app).await.expect_err("the failure is reported");
    assert_eq!(count(&login, "SELECT count(*) FROM session WHERE ended_at IS NULL").await, 1);
    assert_eq!(count(&login, "SELECT count(*) FROM sign_in_attempt").await, 0, "the other steps ran");

    sqlx::query("ALTER TABLE session DROP CONSTRAINT broken").execute(&login.superuser().await).await.expect("mended");
    sweep(&login.app).await.expect("swept");
    assert_eq!(count(&login, "SELECT count(*) FROM session WHERE ended_at IS NULL").await, 0);
}

#[tokio::test]
async fn a_step_that_fails_keeps_no_later_one_from_running() {
    let login = TestApp::start().await;
    login.form("/sign-in", "", &[("email", "nobody@acme.example"), ("password", "a wrong password")]).await;
    login.clock.advance(Duration::days(30));
    let renamed = "ALTER TABLE authorization_code RENAME TO gone";
    sqlx::query(renamed).execute(&login.superuser().await).await.expect("renamed");
    sweep(&login.app).await.expect_err("the failure is reported");
    assert_eq!(count(&login, "SELECT count(*) FROM sign_in_attempt").await, 0);
}

/// The sweep locks rows in no order, so it must not wait for locked ones.
#[tokio::test]
async fn the_sweep_skips_locked_rows() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    login.tokens(&acme.admin_email).await;
    login.clock.advance(Duration::days(30));
    sweep(&login.app).await.expect("swept");
    login.clock.advance(Duration::days(2));
    let superuser = login.superuser().await;
    let mut works = superuser.begin().await.expect("a transaction");
    sqlx::query("SELECT FROM token_directory FOR UPDATE").execute(&mut *works).await.expect("locked");
    let swept = timeout(Seconds::from_secs(10), sweep(&login.app)).await.expect("no waiting");
    assert!(swept.is_err());
    works.rollback().await.expect("rolled back");
    sweep(&login.app).await.expect("swept");
    assert_eq!(count(&login, "SELECT count(*) FROM token_directory").await, 0);
}

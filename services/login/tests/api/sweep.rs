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

//! Concurrent operations lock rows in one order (see `usecase/mod.rs`), so that none is aborted by a deadlock.

use chassis::id::TenantId;
use chrono::Duration;
use login::{store, usecase::sign_in::request_password_reset::answer_password_resets};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::{
    harness::{Tenant, TestApp, Tokens, claims},
    passkeys::{answer, challenge, with_passkey},
    third_party::text,
};

/// Locks rows, starts the first operation, then, when it waits, the second. Then releases the rows.
async fn meet<A, B>(
    login: &TestApp,
    rows: &str,
    one: impl Future<Output = A>,
    other: impl Future<Output = B>,
) -> (A, B) {
    let superuser = login.superuser().await;
    let mut held = superuser.begin().await.expect("a transaction");
    let hold = format!("SELECT FROM {rows} FOR UPDATE");
    assert!(sqlx::query(AssertSqlSafe(hold)).execute(&mut *held).await.expect("locked").rows_affected() > 0);
    let waiting = async |expected: i64| {
        support::eventually("they wait", async || {
            let count =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            let count: i64 = sqlx::query_scalar(count).fetch_one(&superuser).await.expect("a count");
            (count >= expected).then_some(())
        })
        .await;
    };
    let other = async {
        waiting(1).await;
        other.await
    };
    let let_go = async {
        waiting(2).await;
        held.rollback().await.expect("rolled back");
    };
    let (one, other, ()) = tokio::join!(one, other, let_go);
    (one, other)
}

/// A tenant, its admin's tokens, and a member's address and id.
async fn people(login: &TestApp) -> (Tenant, Tokens, String, String) {
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let email = login.member(&admin, "amy").await;
    let id = "SELECT user_id::text FROM user_account WHERE email = $1";
    let id = sqlx::query_scalar(id).bind(&email).fetch_one(&login.superuser().await).await.expect("an id");
    (acme, admin, email, id)
}

async fn erase(login: &TestApp, admin: &Tokens, user_id: &str) -> StatusCode {
    login.send(Method::DELETE, &format!("/v1/members/{user_id}"), admin.access(), &Value::Null).await.status()
}

async fn link(login: &TestApp, email: &str) -> String {
    login.form("/forgot-password", "", &[("email", email)]).await;
    login.send_mails().await;
    format!("/reset-password/{}", login.mailed_token(email, "/reset-password/").await)
}

#[tokio::test]
async fn a_refresh_and_the_end_of_its_session() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let tokens = login.tokens(&acme.admin_email).await;
    let path = format!("/v1/sessions/{}", text(&claims(tokens.access()), "sid"));
    login.clock.advance(Duration::minutes(2));
    let end = login.send(Method::DELETE, &path, tokens.access(), &Value::Null);
    let (refreshed, ended) = meet(&login, "refresh_family", login.refresh(tokens.refresh()), end).await;
    assert_eq!((refreshed.status(), ended.status()), (StatusCode::OK, StatusCode::NO_CONTENT));
}

#[tokio::test]
async fn a_sign_in_by_passkey_and_the_erasure_of_its_person() {
    let login = TestApp::start().await;
    let (_, admin, email, id) = people(&login).await;
    let mut device = with_passkey(&login, &email).await;
    device.counter += 1;
    let options = challenge(&login).await;
    let assertion = device.get(&options);
    let (signed_in, erased) =
        meet(&login, "passkey", answer(&login, &options, &assertion), erase(&login, &admin, &id)).await;
    assert_eq!((signed_in.status(), erased), (StatusCode::OK, StatusCode::NO_CONTENT));
}

#[tokio::test]
async fn a_new_password_and_the_erasure_of_its_person() {
    let login = TestApp::start().await;
    let (_, admin, email, id) = people(&login).await;
    let link = link(&login, &email).await;
    let password = [("password", "a quiet river at dawn")];
    let (reset, erased) =
        meet(&login, "password_reset", login.form(&link, "", &password), erase(&login, &admin, &id)).await;
    assert_eq!((reset.status(), erased), (StatusCode::SEE_OTHER, StatusCode::NO_CONTENT));
}

/// The write checks its session after the reset has ended it, in the transaction of the write.
#[tokio::test]
async fn a_write_that_waited_for_a_new_password_is_refused() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let link = link(&login, &acme.admin_email).await;
    let password = [("password", "a quiet river at dawn")];
    let new = json!({"email": "x@x.example", "role": "admin", "locale": "en"});
    let invite = login.post("/v1/invitations", Some(admin.access()), &new);
    let (reset, invited) = meet(&login, "password_reset", login.form(&link, "", &password), invite).await;
    assert_eq!((reset.status(), invited.status()), (StatusCode::SEE_OTHER, StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn a_link_to_a_new_password_and_the_erasure_of_its_person() {
    let login = TestApp::start().await;
    let (_, admin, email, id) = people(&login).await;
    link(&login, &email).await;
    login.form("/forgot-password", "", &[("email", &email)]).await;
    let (answered, erased) =
        meet(&login, "password_reset", answer_password_resets(&login.app), erase(&login, &admin, &id)).await;
    assert_eq!((answered.expect("answered"), erased), (1, StatusCode::NO_CONTENT));
}

#[tokio::test]
async fn a_page_view_and_the_erasure_of_its_person() {
    let login = TestApp::start().await;
    let (_, admin, email, id) = people(&login).await;
    let cookie = login.sign_in(&email).await;
    sqlx::query("DELETE FROM known_device").execute(&login.superuser().await).await.expect("deleted");
    login.clock.advance(Duration::minutes(2));
    let rows = format!("user_account WHERE user_id = '{id}'");
    let (erased, looked) = meet(&login, &rows, erase(&login, &admin, &id), login.visit("/", &cookie)).await;
    assert_eq!((erased, looked.status()), (StatusCode::NO_CONTENT, StatusCode::OK));
}

#[tokio::test]
async fn a_withdrawn_consent_and_the_removal_of_its_client() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let wiki = login.register(&admin, &json!({})).await;
    let client_id = text(&wiki, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    login.tokens_of(client_id, &cookie, &[]).await;
    let path = format!("/v1/clients/{client_id}");
    let remove = login.send(Method::DELETE, &path, admin.access(), &Value::Null);
    let path = format!("/consents/{client_id}/withdraw");
    let withdraw = login.form(&path, &cookie, &[]);
    let (removed, withdrawn): (Response, Response) = meet(&login, "refresh_family", remove, withdraw).await;
    assert_eq!((removed.status(), withdrawn.status()), (StatusCode::NO_CONTENT, StatusCode::SEE_OTHER));
}

/// Sessions and refresh tokens are locked by id, also when the newer rows are stored first.
#[tokio::test]
async fn rows_are_locked_in_the_order_of_their_ids() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    for _ in 0..2 {
        login.tokens(&acme.admin_email).await;
    }
    let tenant_id: TenantId = acme.tenant_id.parse().expect("an id");
    let now = login.clock.now();
    for (table, id) in [("session", "session_id"), ("refresh_family", "family_id")] {
        let superuser = login.superuser().await;
        let turn_round = format!(
            "CREATE TEMP TABLE kept AS SELECT * FROM {table};
             ALTER TABLE {table} DISABLE TRIGGER ALL;
             DELETE FROM {table};
             INSERT INTO {table} SELECT * FROM kept ORDER BY {id} DESC;
             ALTER TABLE {table} ENABLE TRIGGER ALL;
             DROP TABLE kept;"
        );
        sqlx::raw_sql(AssertSqlSafe(turn_round)).execute(&superuser).await.expect("reordered");
        let ids = format!("SELECT {id}::text FROM {table} ORDER BY {id}");
        let ids: Vec<String> = sqlx::query_scalar(AssertSqlSafe(ids)).fetch_all(&superuser).await.expect("two ids");
        let held = format!("{table} WHERE {id} = '{}'", ids[0]);
        let take_all = async {
            let mut tx = login.app.db.begin(tenant_id).await.expect("a transaction");
            if table == "session" {
                store::session::end_all(&mut tx, None, now).await.expect("ended");
            } else {
                store::refresh::revoke_client(&mut tx, "public", None, now).await.expect("revoked");
            }
            tx.commit().await.expect("committed");
        };
        // The operation waits for the first row and holds no other.
        let mut first = superuser.begin().await.expect("a transaction");
        sqlx::query(AssertSqlSafe(format!("SELECT FROM {held} FOR UPDATE")))
            .execute(&mut *first)
            .await
            .expect("locked");
        let other = format!("SELECT FROM {table} WHERE {id} = '{}' FOR UPDATE NOWAIT", ids[1]);
        let free = async {
            let waits =
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            support::eventually("it waits", async || {
                let count: i64 = sqlx::query_scalar(waits).fetch_one(&superuser).await.expect("a count");
                (count > 0).then_some(())
            })
            .await;
            let taken = sqlx::query(AssertSqlSafe(other)).execute(&mut *first).await;
            first.rollback().await.expect("rolled back");
            taken
        };
        let (free, ()) = tokio::join!(free, take_all);
        assert!(free.is_ok(), "{table}: {free:?}");
    }
}

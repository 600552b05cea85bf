use reqwest::StatusCode;

use crate::harness::{PASSWORD, TestApp};

/// Argon2id hash of the test password with outdated parameters.
fn outdated() -> String {
    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
    let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).expect("small"));
    small.hash_password(PASSWORD.as_bytes()).expect("a hash").to_string()
}

async fn stored_hash(login: &TestApp) -> String {
    sqlx::query_scalar("SELECT password_hash FROM credential").fetch_one(&login.superuser().await).await.expect("hash")
}

#[tokio::test]
async fn an_outdated_hash_is_renewed_at_sign_in() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let old = outdated();
    sqlx::query("UPDATE credential SET password_hash = $1")
        .bind(&old)
        .execute(&login.superuser().await)
        .await
        .expect("changed");

    let fields = [("email", acme.admin_email.as_str()), ("password", "a wrong password")];
    assert_eq!(login.form("/sign-in", "", &fields).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(stored_hash(&login).await, old, "renewed only after a correct password");

    let before = login.app.passwords.runs();
    login.sign_in(&acme.admin_email).await;
    assert_eq!(login.app.passwords.runs() - before, 2, "one to verify, one to renew");
    let new = stored_hash(&login).await;
    assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");

    let before = login.app.passwords.runs();
    login.sign_in(&acme.admin_email).await;
    assert_eq!((stored_hash(&login).await, login.app.passwords.runs() - before), (new, 1), "renewed once");
}

#[tokio::test]
async fn a_refused_sign_in_does_not_renew_the_hash() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let old = outdated();
    sqlx::query(
        "WITH suspended AS (UPDATE user_account SET status = 'suspended') UPDATE credential SET password_hash = $1",
    )
    .bind(&old)
    .execute(&login.superuser().await)
    .await
    .expect("changed");
    let before = login.app.passwords.runs();
    let fields = [("email", acme.admin_email.as_str()), ("password", PASSWORD)];
    assert_eq!(login.form("/sign-in", "", &fields).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!((stored_hash(&login).await, login.app.passwords.runs() - before), (old, 1));
}

use reqwest::StatusCode;

use crate::harness::{PASSWORD, TestApp};

/// Argon2id of the tests' password, as made with less memory than now.
fn outdated() -> String {
    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
    let small = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).expect("small"));
    small.hash_password(PASSWORD.as_bytes()).expect("a hash").to_string()
}

async fn kept(login: &TestApp) -> String {
    sqlx::query_scalar("SELECT password_hash FROM credential")
        .fetch_one(&login.superuser().await)
        .await
        .expect("the one person's")
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_made_anew_when_its_person_signs_in() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
    let old = outdated();
    sqlx::query("UPDATE credential SET password_hash = $1")
        .bind(&old)
        .execute(&login.superuser().await)
        .await
        .expect("changed");

    let fields = [("email", acme.admin_email.as_str()), ("password", "a wrong password")];
    assert_eq!(login.form("/sign-in", "", &fields).await.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(kept(&login).await, old, "only who knows the password has it hashed");

    let before = login.app.passwords.runs();
    login.sign_in(&acme.admin_email).await;
    assert_eq!(login.app.passwords.runs() - before, 2, "one to check, one to keep");
    let new = kept(&login).await;
    assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");

    let before = login.app.passwords.runs();
    login.sign_in(&acme.admin_email).await;
    assert_eq!((kept(&login).await, login.app.passwords.runs() - before), (new, 1), "and once is enough");
}

#[tokio::test]
async fn who_may_not_sign_in_has_nothing_hashed_anew() {
    let login = TestApp::start().await;
    let acme = login.company("acme").await;
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
    assert_eq!((kept(&login).await, login.app.passwords.runs() - before), (old, 1));
}

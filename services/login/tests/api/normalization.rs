//! A password is the same in each Unicode form: macOS types Hangul and accents decomposed, others composed.

use argon2::{Argon2, password_hash::PasswordHasher};
use login::domain::password::NewPassword;
use reqwest::StatusCode;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use crate::harness::{TestApp, json, new_tenant};

const COMPOSED: &str = "한강에서 café를 열었다";

fn decomposed() -> String {
    COMPOSED.nfd().collect()
}

async fn sign_in(login: &TestApp, email: &str, password: &str) -> StatusCode {
    login.form("/sign-in", "", &[("email", email), ("password", password)]).await.status()
}

/// A tenant whose admin chose this password. Returns the address.
async fn chosen(login: &TestApp, slug: &str, password: &str) -> String {
    let email = format!("admin@{slug}.example");
    login.post("/v1/tenants", None, &new_tenant(slug)).await;
    let token = login.mailed_token(&email, "/verify/").await;
    let created = login.post("/v1/tenants/verify", None, &json!({"token": token, "password": password})).await;
    assert_eq!(created.status(), StatusCode::CREATED);
    email
}

async fn store_hash(login: &TestApp, hash: &str) {
    let store = "UPDATE credential SET password_hash = $1";
    sqlx::query(store).bind(hash).execute(&login.superuser().await).await.expect("stored");
}

#[tokio::test]
async fn a_password_is_chosen_and_checked_in_any_form() {
    let login = TestApp::start().await;
    for (slug, set) in [("composed", COMPOSED.to_owned()), ("decomposed", decomposed())] {
        let email = chosen(&login, slug, &set).await;
        for typed in [COMPOSED.to_owned(), decomposed()] {
            assert_eq!(sign_in(&login, &email, &typed).await, StatusCode::SEE_OTHER, "{slug}");
        }
        // NFKC would make these equal.
        let wide: String = COMPOSED.replace("café", "ｃａｆé");
        assert_eq!(sign_in(&login, &email, &wide).await, StatusCode::UNAUTHORIZED);
    }
    login.post("/v1/tenants", None, &new_tenant("short")).await;
    let token = login.mailed_token("admin@short.example", "/verify/").await;
    let short: String = "한강산길".nfd().collect();
    assert_eq!(short.chars().count(), 12);
    let refused = login.post("/v1/tenants/verify", None, &json!({"token": token, "password": short})).await;
    assert_eq!(json(refused).await["errors"][0]["code"], "too_short");
}

#[tokio::test]
async fn a_hash_of_the_decomposed_form_still_works_and_is_replaced() {
    let login = TestApp::start().await;
    let email = chosen(&login, "acme", COMPOSED).await;
    let old = Argon2::default().hash_password(decomposed().as_bytes()).expect("a hash").to_string();
    store_hash(&login, &old).await;
    assert_eq!(sign_in(&login, &email, COMPOSED).await, StatusCode::UNAUTHORIZED, "the typed form cannot be guessed");

    let runs = login.app.passwords.runs();
    assert_eq!(sign_in(&login, &email, &decomposed()).await, StatusCode::SEE_OTHER);
    assert_eq!(login.app.passwords.runs() - runs, 3, "NFC, as typed, and the new hash");
    assert_eq!(sign_in(&login, &email, COMPOSED).await, StatusCode::SEE_OTHER, "stored in NFC");
    let runs = login.app.passwords.runs();
    assert_eq!(sign_in(&login, &email, &decomposed()).await, StatusCode::SEE_OTHER);
    assert_eq!(login.app.passwords.runs() - runs, 1, "replaced once");
}

#[tokio::test]
async fn the_work_of_a_refused_attempt_depends_only_on_what_was_typed() {
    let login = TestApp::start().await;
    let known = chosen(&login, "acme", COMPOSED).await;
    let wrong: String = "한강에서 책방을 열었다".nfd().collect();
    let composed: String = wrong.nfc().collect();
    for email in [known.as_str(), "nobody@acme.example"] {
        for (typed, work) in [(&wrong, 2), (&composed, 1)] {
            let runs = login.app.passwords.runs();
            assert_eq!(sign_in(&login, email, typed).await, StatusCode::UNAUTHORIZED);
            assert_eq!(login.app.passwords.runs() - runs, work, "{email}");
        }
    }
}

#[tokio::test]
async fn personal_words_are_found_in_any_form() {
    let known: String = "한강커피회사".nfd().collect();
    let password = NewPassword::parse("password", &"한강커피회사2026한강커피회사".into()).expect("long enough");
    assert!(password.reject_personal("password", &[&known]).is_err());
}

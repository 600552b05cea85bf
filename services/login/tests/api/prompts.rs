//! What a client requests of a person (`prompt`, `max_age`) cannot be skipped by opening the address behind a page.

use chrono::Duration;
use serde_json::json;

use crate::{
    harness::{PASSWORD, TestApp, authorize, cookie, location, parameter},
    third_party::text,
};

/// The address to which a page of login returns.
fn return_to(page: &str) -> String {
    parameter(&format!("http://x{page}"), "return_to").unwrap_or_else(|| panic!("no return_to: {page}"))
}

/// Signs in on a page of login. Returns the next address and the new cookie.
async fn sign_in(login: &TestApp, page: &str, before: &str, email: &str) -> (String, String) {
    let signed_in = login.form(page, before, &[("email", email), ("password", PASSWORD)]).await;
    (location(&signed_in), cookie(&signed_in))
}

fn has_code(address: &str) -> bool {
    parameter(address, "code").is_some()
}

#[tokio::test]
async fn a_requested_sign_in_cannot_be_skipped() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let before = login.sign_in(&acme.admin_email).await;
    login.clock.advance(Duration::seconds(90));
    for changes in [[("prompt", "login")], [("max_age", "0")], [("max_age", "60")]] {
        let request = authorize("public", &changes);
        let page = location(&login.visit(&request, &before).await);
        assert!(page.starts_with("/sign-in?"), "{page}");
        for shown in [before.as_str(), ""] {
            // Also when the page was opened without the cookie.
            let page = location(&login.visit(&request, shown).await);
            let skipped = location(&login.visit(&return_to(&page), &before).await);
            assert!(skipped.starts_with("/sign-in?"), "{changes:?}: {skipped}");
        }
        let (next, after) = sign_in(&login, &page, &before, &acme.admin_email).await;
        assert!(has_code(&location(&login.visit(&next, &after).await)), "{changes:?}");
        login.clock.advance(Duration::hours(1));
        assert!(!has_code(&location(&login.visit(&next, &after).await)), "a sign-in does not answer for ever");
    }
}

#[tokio::test]
async fn the_answer_to_one_request_does_not_count_for_another() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let page = location(&login.visit(&authorize("public", &[("prompt", "login")]), "").await);
    let (next, after) = sign_in(&login, &page, "", &acme.admin_email).await;
    let answer = parameter(&format!("http://x{next}"), "asked").expect("sealed");
    let other = [("prompt", "login"), ("state", "another"), ("asked", answer.as_str())];
    assert!(location(&login.visit(&authorize("public", &other), &after).await).starts_with("/sign-in?"));
    let forged = [("prompt", "login"), ("asked", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    assert!(location(&login.visit(&authorize("public", &forged), &after).await).starts_with("/sign-in?"));
    assert!(has_code(&location(&login.visit(&next, &after).await)), "for its own it does");
}

#[tokio::test]
async fn a_requested_choice_of_account_cannot_be_skipped() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let cookie = login.sign_in(&acme.admin_email).await;
    let page = location(&login.visit(&authorize("public", &[("prompt", "select_account")]), &cookie).await);
    let skipped = location(&login.visit(&return_to(&page), &cookie).await);
    assert!(skipped.starts_with("/select-account?"), "{skipped}");
}

#[tokio::test]
async fn a_requested_consent_cannot_be_skipped() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({})).await;
    let client_id = text(&created, "client_id");
    let cookie = login.sign_in(&acme.admin_email).await;
    assert!(has_code(&login.allow(&authorize(client_id, &[]), &cookie).await), "consent is stored");

    let again = authorize(client_id, &[("prompt", "consent"), ("state", "again")]);
    let page = location(&login.visit(&again, &cookie).await);
    let skipped = location(&login.visit(&return_to(&page), &cookie).await);
    assert!(skipped.starts_with("/consent?"), "{skipped}");
    let allowed = location(&login.form(&page, &cookie, &[("answer", "allow")]).await);
    assert!(has_code(&location(&login.visit(&allowed, &cookie).await)));
    let other_session = login.sign_in(&acme.admin_email).await;
    assert!(!has_code(&location(&login.visit(&allowed, &other_session).await)), "not for another session");
}

#[tokio::test]
async fn a_combined_prompt_is_answered_step_by_step() {
    let login = TestApp::start().await;
    let acme = login.tenant("acme").await;
    let admin = login.tokens(&acme.admin_email).await;
    let created = login.register(&admin, &json!({})).await;
    let before = login.sign_in(&acme.admin_email).await;
    let request = authorize(text(&created, "client_id"), &[("prompt", "login consent select_account")]);
    let page = location(&login.visit(&request, &before).await);
    let (next, after) = sign_in(&login, &page, &before, &acme.admin_email).await;
    let consent = location(&login.visit(&next, &after).await);
    assert!(consent.starts_with("/consent?"), "the sign-in chose the account: {consent}");
    let allowed = location(&login.form(&consent, &after, &[("answer", "allow")]).await);
    assert!(has_code(&location(&login.visit(&allowed, &after).await)));
}

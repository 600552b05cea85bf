//! Tests passkeys in a real browser, with Chromium's virtual authenticator.

use e2e::{
    browser::{Browser, Look},
    forms,
    system::System,
};
use serde_json::json;
use support::DEMO_PASSWORD;
use thirtyfour::{By, WebDriver};

#[tokio::test]
async fn a_person_adds_a_passkey_signs_in_by_it_and_removes_it() {
    let system = System::running();
    let login = system.url("login");
    let browser = Browser::start(Look::desktop("en")).await;
    let page = &browser.driver;
    add_authenticator(page).await;

    page.goto(login.join("/sign-in")).await.expect("the page");
    forms::submit(page, &[("email", "bob@acme.example"), ("password", DEMO_PASSWORD)]).await;
    let name = format!("Key {}", std::process::id());
    page.find(By::Id("passkey-name")).await.expect("a field").send_keys(&name).await.expect("typed");
    press(page, "form[data-passkey='add'] button").await;
    let removes = format!("form[action$='/remove'] button[aria-label*='{name}']");
    page.find(By::Css(&removes)).await.expect("the passkey on the page");
    picture(page, "passkeys").await;

    // Sign in to mypage with the passkey, through the whole OAuth flow.
    sign_out(page).await;
    page.goto(system.url("mypage").join("/auth/sign-in")).await.expect("login's page");
    picture(page, "sign-in").await;
    press(page, "form[data-passkey='sign-in'] button").await;
    page.find(By::Id("timeline")).await.expect("mypage, signed in");

    page.goto(login.join("/")).await.expect("the account");
    press(page, &removes).await;
    support::eventually("the passkey to be removed", || async {
        let left = page.source().await.ok()?.contains(&name);
        (!left).then_some(())
    })
    .await;
    sign_out(page).await;
    page.goto(login.join("/sign-in")).await.expect("the page");
    press(page, "form[data-passkey='sign-in'] button").await;
    let refused = page.find(By::Css("form[data-passkey='sign-in'] [role='alert']:not([hidden])")).await.expect("words");
    let refusal = refused.text().await.expect("text");
    assert!(refusal.contains("is not accepted"), "{refusal}");
    browser.quit().await;
}

/// Adds a virtual authenticator that stores passkeys and always confirms the person's presence.
async fn add_authenticator(page: &WebDriver) {
    page.cdp().send_raw("WebAuthn.enable", json!({})).await.expect("enabled");
    let options = json!({"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    }});
    page.cdp().send_raw("WebAuthn.addVirtualAuthenticator", options).await.expect("an authenticator");
}

async fn press(page: &WebDriver, what: &str) {
    let button = page.find(By::Css(what)).await.expect("a button");
    button.scroll_into_view().await.expect("in view");
    button.click().await.expect("clicked");
}

/// Signs out and waits for it: navigating at once would cancel the request.
async fn sign_out(page: &WebDriver) {
    press(page, "form[action='/sign-out'] button").await;
    page.find(By::Css("main a[href='/sign-in']")).await.expect("the sign-in link");
}

/// With `E2E_PICTURES`, saves a picture in that folder.
async fn picture(page: &WebDriver, what: &str) {
    if let Some(file) = forms::picture_path(what) {
        page.screenshot(&file).await.expect("a picture");
    }
}

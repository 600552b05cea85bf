//! A passkey in a real browser, whose device is Chromium's virtual one.

use std::{fs, path::Path};

use e2e::{
    browser::{Browser, Look},
    person::PASSWORD,
    system::System,
};
use serde_json::json;
use thirtyfour::{By, WebDriver};

#[tokio::test]
async fn a_person_adds_a_passkey_signs_in_by_it_and_removes_it() {
    let system = System::running();
    let login = system.url("login");
    let browser = Browser::start(Look::desktop("en")).await;
    let page = &browser.driver;
    plug_in(page).await;

    page.goto(login.join("/sign-in")).await.expect("the page");
    for (field, value) in [("email", "bob@acme.example"), ("password", PASSWORD)] {
        page.find(By::Css(format!("input[name='{field}']")))
            .await
            .expect("a field")
            .send_keys(value)
            .await
            .expect("typed");
    }
    press(page, "main form button[type='submit']").await;
    let name = format!("Key {}", std::process::id());
    page.find(By::Id("passkey-name")).await.expect("a field").send_keys(&name).await.expect("typed");
    press(page, "form[data-passkey='add'] button").await;
    let removes = format!("form[action$='/remove'] button[aria-label*='{name}']");
    page.find(By::Css(&removes)).await.expect("the passkey on the page");
    picture(page, "passkeys").await;

    // On to mypage without a password: the whole way of a client.
    sign_out(page).await;
    page.goto(system.url("mypage").join("/auth/sign-in")).await.expect("login's page");
    picture(page, "sign-in").await;
    press(page, "form[data-passkey='sign-in'] button").await;
    page.find(By::Id("timeline")).await.expect("mypage, signed in");

    page.goto(login.join("/")).await.expect("the account");
    press(page, &removes).await;
    support::eventually("the passkey to be gone", || async {
        let left = page.source().await.ok()?.contains(&name);
        (!left).then_some(())
    })
    .await;
    sign_out(page).await;
    page.goto(login.join("/sign-in")).await.expect("the page");
    press(page, "form[data-passkey='sign-in'] button").await;
    let refused = page.find(By::Css("form[data-passkey='sign-in'] [role='alert']:not([hidden])")).await.expect("words");
    assert!(refused.text().await.expect("text").contains("is not accepted"));
    browser.quit().await;
}

/// Gives the browser a device that keeps passkeys and always finds its person present.
async fn plug_in(page: &WebDriver) {
    page.cdp().send_raw("WebAuthn.enable", json!({})).await.expect("enabled");
    let options = json!({"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": true, "hasUserVerification": true,
        "isUserVerified": true, "automaticPresenceSimulation": true,
    }});
    page.cdp().send_raw("WebAuthn.addVirtualAuthenticator", options).await.expect("plugged in");
}

async fn press(page: &WebDriver, what: &str) {
    let button = page.find(By::Css(what)).await.expect("a button");
    button.scroll_into_view().await.expect("in view");
    button.click().await.expect("clicked");
}

/// Leaves the account, and waits until it is left: going on at once would take the request back.
async fn sign_out(page: &WebDriver) {
    press(page, "form[action='/sign-out'] button").await;
    page.find(By::Css("main a[href='/sign-in']")).await.expect("a way back in");
}

/// Kept in the folder `E2E_PICTURES`, for eyes.
async fn picture(page: &WebDriver, what: &str) {
    if let Some(folder) = std::env::var_os("E2E_PICTURES") {
        fs::create_dir_all(&folder).expect("a folder");
        page.screenshot(&Path::new(&folder).join(format!("{what}.png"))).await.expect("a picture");
    }
}

//! Tests of open tabs in Chromium, which has six connections to a host.

use std::{io::Write, time::Duration};

use contracts::ad::v1::DeliveryKind;
use serde_json::{Value, json};
use support::browser::{Browser, Look, is_installed};
use thirtyfour::{By, Cookie, WebDriver};

use crate::{events, fake::oidc::TestPerson, harness::TestApp, live::listen};

/// Longer than a page needs on a slow machine. A page without a free connection would wait for ever.
const LOADED_WITHIN: Duration = Duration::from_secs(15);

/// Starts Chromium, or prints that the test is skipped.
async fn chromium(what: &str) -> Option<Browser> {
    if !is_installed() {
        // Written to stderr directly, because the harness captures the output of passing tests.
        writeln!(std::io::stderr(), "SKIPPED {what}: chromedriver is missing: apt-get install chromium-driver")
            .expect("standard error");
        return None;
    }
    let browser = Browser::start(Look::desktop("en")).await;
    browser.driver.set_page_load_timeout(LOADED_WITHIN).await.expect("set");
    Some(browser)
}

/// Signs the person in, and gives the session cookie to Chromium. Returns mypage's own view of the browser.
async fn sign_in(test: &TestApp, page: &WebDriver, person: TestPerson, claims: Value) -> crate::browser::Browser {
    let browser = test.signed_in_as(person, claims).await;
    let cookie = Cookie::new("mypage_session", browser.cookies()["mypage_session"].clone());
    page.add_cookie(cookie).await.expect("a cookie");
    browser
}

async fn wait_for(page: &WebDriver, place: &str, text: &str) {
    let found = page.find(By::XPath(format!("//{place}[contains(., '{text}')]"))).await;
    assert!(found.is_ok(), "{text} is missing in {}", page.source().await.expect("a page"));
}

#[tokio::test]
async fn twenty_tabs_load_and_show_new_activities() {
    let Some(browser) = chromium("twenty tabs").await else { return };
    let page = &browser.driver;
    let test = TestApp::alone().await;
    let mina = test.person();
    listen(&test, mina).await;
    page.goto(&test.base).await.expect("a page");
    sign_in(&test, page, mina, json!({})).await;
    let mut tabs = vec![page.window().await.expect("a tab")];
    page.goto(&test.base).await.expect("a page");
    while tabs.len() < 20 {
        let tab = page.new_tab().await.expect("a tab");
        page.switch_to_window(tab.clone()).await.expect("switched");
        page.goto(&test.base).await.unwrap_or_else(|error| panic!("tab {} does not load: {error}", tabs.len() + 1));
        tabs.push(tab);
    }
    test.consume(&events::delivery(&test, mina, DeliveryKind::Click, "First click")).await.expect("consumed");
    wait_for(page, "div[@id='live']", "First click").await;
    for tab in [tabs[0].clone(), tabs[10].clone()] {
        page.switch_to_window(tab).await.expect("switched");
        wait_for(page, "div[@id='live']", "First click").await;
    }
    // The tab that has the connection is closed: another one takes over.
    page.switch_to_window(tabs[0].clone()).await.expect("switched");
    page.close_window().await.expect("closed");
    page.switch_to_window(tabs[10].clone()).await.expect("switched");
    test.consume(&events::delivery(&test, mina, DeliveryKind::Click, "Second click")).await.expect("consumed");
    wait_for(page, "div[@id='live']", "Second click").await;
    browser.quit().await;
}

#[tokio::test]
async fn an_open_page_loads_again_when_its_person_signs_out() {
    let Some(browser) = chromium("a page of another session").await else { return };
    let page = &browser.driver;
    let test = TestApp::alone().await;
    let (bob, amy) = (test.person(), test.person());
    listen(&test, bob).await;
    page.goto(&test.base).await.expect("a page");
    let bobs = sign_in(&test, page, bob, json!({ "name": "Bob" })).await;
    page.goto(&test.base).await.expect("a page");
    wait_for(page, "h1", "Hello, Bob").await;
    wait_for(page, "div[@id='live']", "No activity yet").await;

    // As in another tab: Bob signs out, and Amy signs in.
    page.delete_cookie("mypage_session").await.expect("deleted");
    sign_in(&test, page, amy, json!({ "name": "Amy" })).await;
    test.consume(&events::delivery(&test, amy, DeliveryKind::Click, "Amy's click")).await.expect("consumed");
    bobs.post("/auth/sign-out", &[]).await;
    wait_for(page, "h1", "Hello, Amy").await;
    wait_for(page, "div[@id='live']", "Clicked an ad").await;
    browser.quit().await;
}

#[tokio::test]
async fn signing_out_on_an_open_page_ends_the_session_at_login() {
    let Some(browser) = chromium("a sign-out").await else { return };
    let page = &browser.driver;
    let test = TestApp::at_public_url().await;
    let bob = test.person();
    listen(&test, bob).await;
    page.goto(&test.base).await.expect("a page");
    // The stream ends while the browser is on its way to login. Which comes first differs.
    for round in 1..=3 {
        sign_in(&test, page, bob, json!({ "name": "Bob" })).await;
        page.goto(&test.base).await.expect("a page");
        let headline = format!("Click {round}");
        test.consume(&events::delivery(&test, bob, DeliveryKind::Click, &headline)).await.expect("consumed");
        wait_for(page, "div[@id='live']", &headline).await;
        let button = page.find(By::Css("form[action='/auth/sign-out'] button")).await.expect("a button");
        button.click().await.expect("clicked");
        wait_for(page, "a", "Sign in").await;
        assert_eq!(test.oidc.mutable().sign_outs, round, "login ends its session, too");
    }
    browser.quit().await;
}

//! Checks every page in both languages, light and dark, on a phone and on a desktop.

use std::path::Path;

use chassis::config::PublicUrl;
use chrono::Utc;
use e2e::{
    browser::{Browser, Look},
    forms,
    system::System,
};
use support::DEMO_PASSWORD;
use thirtyfour::{By, WebDriver};

const PHONE: (u32, u32) = (390, 844);
const DESKTOP: (u32, u32) = (1280, 900);
/// The demo's public client. No server listens at the redirect URI. The challenge is the example of RFC 7636.
const CLIENT: &str = "client_id=demo-public&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&response_type=code\
     &scope=openid%20profile%20email&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

/// With `E2E_PICTURES`, saves a picture of each page in that folder.
#[tokio::test]
async fn pages_fit_the_window_and_use_the_persons_language() {
    let system = System::running();
    for (language, email) in [("en", "admin@acme.example"), ("ko", "admin@hangang.example")] {
        for (dark, size) in [(false, PHONE), (true, PHONE), (false, DESKTOP), (true, DESKTOP)] {
            let browser = Browser::start(Look { language, dark, size }).await;
            let name = format!(
                "{language}-{}-{}",
                if dark { "dark" } else { "light" },
                if size == PHONE { "phone" } else { "desktop" }
            );
            visit(&browser.driver, &system, &name, language, email).await;
            browser.quit().await;
        }
    }
}

async fn visit(page: &WebDriver, system: &System, name: &str, language: &str, email: &str) {
    let (login, mypage) = (system.url("login"), system.url("mypage"));
    let pages = [
        (mypage.join("/"), "landing"),
        (login.join("/sign-up"), "sign-up"),
        (login.join("/sign-up/sent"), "sign-up-sent"),
        (login.join("/forgot-password"), "forgot-password"),
        (login.join("/password-changed"), "password-changed"),
        (login.join("/dev/mailbox"), "mailbox"),
    ];
    for (url, what) in pages {
        page.goto(url).await.expect("a page");
        check(page, name, what, language).await;
    }
    page.goto(sign_up_link(page, &login, name).await).await.expect("a page");
    check(page, name, "verify", language).await;
    forms::submit(page, &[("password", "short")]).await;
    page.find(By::Css("[aria-invalid='true']")).await.expect("the marked field");
    check(page, name, "verify-refused", language).await;
    page.goto(login.join("/verify/nothing")).await.expect("a page");
    check(page, name, "link-not-good", language).await;
    page.goto(mypage.join("/auth/sign-in")).await.expect("login");
    check(page, name, "sign-in", language).await;
    forms::submit(page, &[("email", email), ("password", DEMO_PASSWORD)]).await;
    page.find(By::Css("#timeline [data-kind='ad_seen']")).await.expect("the page, with its ad seen");
    check(page, name, "page", language).await;
    page.goto(mypage.join("/usage")).await.expect("a page");
    check(page, name, "usage", language).await;
    let pages = [
        ("/".to_owned(), "account"),
        ("/profile".to_owned(), "profile"),
        ("/profile/erase".to_owned(), "erase"),
        ("/consents".to_owned(), "consents"),
        (format!("/authorize?{CLIENT}&prompt=select_account"), "select-account"),
        ("/authorize?client_id=nobody".to_owned(), "failure"),
        ("/docs".to_owned(), "docs"),
        ("/clients".to_owned(), "clients"),
        ("/members".to_owned(), "members"),
    ];
    for (path, what) in pages {
        page.goto(login.join(&path)).await.expect("a page");
        check(page, name, what, language).await;
    }
    page.find(By::Css("a[href$='/remove']")).await.expect("a member").click().await.expect("clicked");
    check(page, name, "member-remove", language).await;
}

/// Signs up a tenant without verifying it. Returns the link in its e-mail.
#[expect(clippy::disallowed_methods, reason = "a name that no earlier run has taken")]
async fn sign_up_link(page: &WebDriver, login: &PublicUrl, name: &str) -> String {
    let slug = format!("{name}-{}", Utc::now().timestamp_millis());
    let email = format!("admin@{slug}.example");
    page.goto(login.join("/sign-up")).await.expect("a page");
    forms::submit(page, &[("name", "Riverside Books"), ("slug", &slug), ("display_name", "Robin"), ("email", &email)])
        .await;
    let link = forms::verification_link(page, &email).await;
    link.attr("href").await.expect("an attribute").expect("a URL")
}

async fn check(page: &WebDriver, name: &str, what: &str, language: &str) {
    let lang = page.find(By::Css("html")).await.expect("a page").attr("lang").await.expect("an attribute");
    assert_eq!(lang.as_deref(), Some(language), "{what} {name}");
    let wide = page
        .execute("return document.documentElement.scrollWidth - window.innerWidth", vec![])
        .await
        .expect("a number");
    assert!(wide.json().as_i64().is_some_and(|wide| wide <= 0), "{what} {name} is {} px too wide", wide.json());
    if let Some(file) = forms::picture_path(&format!("{what}-{name}")) {
        picture(page, &file).await;
    }
}

/// Takes a picture of the whole page, including the part below the window.
async fn picture(page: &WebDriver, file: &Path) {
    let size = page
        .execute("return [window.innerWidth, document.documentElement.scrollHeight]", vec![])
        .await
        .expect("a size");
    let side = |index: usize| size.json()[index].as_u64().and_then(|side| u32::try_from(side).ok()).expect("a number");
    let before = page.get_window_rect().await.expect("a window");
    let height = side(1).max(400) + 150;
    page.set_window_rect(0, 0, u32::try_from(before.width).expect("positive"), height).await.expect("resized");
    page.screenshot(file).await.expect("a picture");
    page.set_window_rect(
        0,
        0,
        u32::try_from(before.width).expect("positive"),
        u32::try_from(before.height).expect("positive"),
    )
    .await
    .expect("resized");
}

//! Every page in both languages, light and dark, on a phone and on a desktop.

use std::{fs, path::Path};

use e2e::{
    browser::{Browser, Look},
    person::PASSWORD,
    system::System,
};
use thirtyfour::{By, WebDriver};

const PHONE: (u32, u32) = (390, 844);
const DESKTOP: (u32, u32) = (1280, 900);

/// Pages are also kept as pictures in the folder `E2E_PICTURES`, for eyes.
#[tokio::test]
async fn pages_fit_their_window_and_speak_the_persons_language() {
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
        look(page, name, what, language).await;
    }
    page.goto(mypage.join("/auth/sign-in")).await.expect("login");
    look(page, name, "sign-in", language).await;
    for (field, value) in [("email", email), ("password", PASSWORD)] {
        page.find(By::Css(format!("input[name='{field}']")))
            .await
            .expect("a field")
            .send_keys(value)
            .await
            .expect("typed");
    }
    page.find(By::Css("main form button[type='submit']")).await.expect("a button").click().await.expect("clicked");
    page.find(By::Css("#timeline [data-kind='ad_seen']")).await.expect("the page, with its ad seen");
    look(page, name, "page", language).await;
    page.goto(mypage.join("/usage")).await.expect("a page");
    look(page, name, "usage", language).await;
    page.goto(login.join("/")).await.expect("a page");
    look(page, name, "account", language).await;
}

async fn look(page: &WebDriver, name: &str, what: &str, language: &str) {
    let lang = page.find(By::Css("html")).await.expect("a page").attr("lang").await.expect("an attribute");
    assert_eq!(lang.as_deref(), Some(language), "{what} {name}");
    let wide = page
        .execute("return document.documentElement.scrollWidth - window.innerWidth", vec![])
        .await
        .expect("a number");
    assert!(wide.json().as_i64().is_some_and(|wide| wide <= 0), "{what} {name} is {} px too wide", wide.json());
    if let Some(folder) = std::env::var_os("E2E_PICTURES") {
        fs::create_dir_all(&folder).expect("a folder");
        picture(page, &Path::new(&folder).join(format!("{what}-{name}.png"))).await;
    }
}

/// The whole page, not only what the window shows.
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

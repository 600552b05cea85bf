//! Every page in both languages, light and dark, on a phone and on a desktop.

use std::{fs, path::Path};

use chassis::config::PublicUrl;
use chrono::Utc;
use e2e::{
    browser::{Browser, Look},
    person::PASSWORD,
    system::System,
};
use thirtyfour::{By, WebDriver};

const PHONE: (u32, u32) = (390, 844);
const DESKTOP: (u32, u32) = (1280, 900);
/// A client of development; nothing has to listen where it is answered. The challenge is RFC 7636's example.
const CLIENT: &str = "client_id=demo-public&redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&response_type=code\
     &scope=openid%20profile%20email&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

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
    page.goto(follow_a_sign_up(page, &login, name).await).await.expect("a page");
    look(page, name, "verify", language).await;
    submit(page, &[("password", "short")]).await;
    page.find(By::Css("[aria-invalid='true']")).await.expect("what is wrong");
    look(page, name, "verify-refused", language).await;
    page.goto(login.join("/verify/nothing")).await.expect("a page");
    look(page, name, "link-not-good", language).await;
    page.goto(mypage.join("/auth/sign-in")).await.expect("login");
    look(page, name, "sign-in", language).await;
    submit(page, &[("email", email), ("password", PASSWORD)]).await;
    page.find(By::Css("#timeline [data-kind='ad_seen']")).await.expect("the page, with its ad seen");
    look(page, name, "page", language).await;
    page.goto(mypage.join("/usage")).await.expect("a page");
    look(page, name, "usage", language).await;
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
        look(page, name, what, language).await;
    }
    page.find(By::Css("a[href$='/remove']")).await.expect("a member").click().await.expect("clicked");
    look(page, name, "member-remove", language).await;
}

/// Signs a company up that nobody begins: where the link in its mail leads.
#[expect(clippy::disallowed_methods, reason = "a name that no earlier run has taken")]
async fn follow_a_sign_up(page: &WebDriver, login: &PublicUrl, name: &str) -> String {
    let slug = format!("{name}-{}", Utc::now().timestamp_millis());
    let email = format!("admin@{slug}.example");
    page.goto(login.join("/sign-up")).await.expect("a page");
    submit(page, &[("name", "Riverside Books"), ("slug", &slug), ("display_name", "Robin"), ("email", &email)]).await;
    page.find(By::Css("main a[href='/dev/mailbox']")).await.expect("a way to the mail").click().await.expect("clicked");
    let link = By::XPath(format!("//article[contains(., '{email}')]//a[contains(@href, '/verify/')]"));
    page.find(link).await.expect("the mail's link").attr("href").await.expect("an attribute").expect("an address")
}

/// Fills the form of the page and sends it.
async fn submit(page: &WebDriver, fields: &[(&str, &str)]) {
    for &(field, value) in fields {
        let input = page.find(By::Css(format!("input[name='{field}']"))).await.expect("a field");
        input.send_keys(value).await.expect("typed");
    }
    page.find(By::Css("main form button[type='submit']")).await.expect("a button").click().await.expect("clicked");
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

//! Checks every page in both languages, light and dark, on a phone and on a desktop.

mod errors;

use std::collections::BTreeSet;

use chassis::config::PublicUrl;
use chrono::Utc;
use e2e::{
    browser::{Browser, Look},
    forms,
    pages::{Seen, unseen},
    system::System,
    visit::Visit,
};
use support::DEMO_PASSWORD;
use thirtyfour::{By, WebDriver};

const PHONE: (u32, u32) = (390, 844);
const DESKTOP: (u32, u32) = (1280, 900);
/// Without `client_id`. No server listens at the redirect URI. The challenge is the example of RFC 7636.
const REQUEST: &str = "redirect_uri=http%3A%2F%2F127.0.0.1%3A9999%2Fcallback&response_type=code\
     &scope=openid%20profile%20email&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

const PEOPLE: [(&str, &str, &str); 2] =
    [("en", "admin@acme.example", "amy@acme.example"), ("ko", "admin@hangang.example", "mina@hangang.example")];

/// With `E2E_PICTURES`, saves a picture of each page in that folder.
#[tokio::test]
async fn pages_fit_the_window_use_the_persons_language_and_are_accessible() {
    let system = System::running();
    let plain = errors::serve_plain().await;
    let mut owners: Vec<_> =
        ["login", "mypage", "ad"].map(|product| (system.url(product).origin(), product)).into_iter().collect();
    owners.push((plain.clone(), "chassis"));
    let (mut seen, mut wrong) = (BTreeSet::new(), vec![]);
    let mut note = |(pages, faults): (BTreeSet<Seen>, Vec<String>)| {
        seen.extend(pages);
        wrong.extend(faults);
    };
    for (language, admin, member) in PEOPLE {
        for (dark, size) in [(false, PHONE), (true, PHONE), (false, DESKTOP), (true, DESKTOP)] {
            let look = Look { language, dark, size };
            // Each language, each colour scheme and each size once: axe-core takes most of the time.
            let with_axe = dark == (size == PHONE);
            let browser = Browser::start(look).await;
            let mut visit = Visit::new(&browser.driver, &owners, look, name(look), with_axe);
            signed_out(&mut visit, &system).await;
            signed_in(&mut visit, &system, admin).await;
            if with_axe {
                by_mail(&mut visit, &system, admin).await;
                client(&mut visit, &system, admin).await;
            }
            note(visit.end());
            browser.quit().await;
            if with_axe {
                let browser = Browser::start(look).await;
                let mut visit = Visit::new(&browser.driver, &owners, look, name(look), with_axe);
                errors::member(&mut visit, &system, member).await;
                errors::plain(&mut visit, &plain).await;
                note(visit.end());
                browser.quit().await;
            }
        }
    }
    wrong.extend(unseen(&seen));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Language, colours and size, for the names of pictures.
fn name(look: Look) -> String {
    let colours = if look.dark { "dark" } else { "light" };
    let size = if look.size == PHONE { "phone" } else { "desktop" };
    format!("{}-{colours}-{size}", look.language)
}

async fn signed_out(visit: &mut Visit<'_>, system: &System) {
    let (login, mypage, ad) = (system.url("login"), system.url("mypage"), system.url("ad"));
    let pages = [
        (mypage.join("/"), "landing"),
        (mypage.join("/docs"), "mypage-docs"),
        (mypage.join("/nowhere"), "mypage-error"),
        (mypage.join("/auth/callback?state=x"), "sign-in-failed"),
        (ad.join("/"), "ad-landing"),
        (ad.join("/auth/callback?state=x"), "ad-sign-in-failed"),
        (ad.join("/docs"), "ad-docs"),
        (ad.join("/c/nothing"), "ad-error"),
        (login.join("/"), "welcome"),
        (login.join("/sign-up"), "sign-up"),
        (login.join("/sign-up/sent"), "sign-up-sent"),
        (login.join("/forgot-password"), "forgot-password"),
        (login.join("/password-changed"), "password-changed"),
        (login.join("/dev/mailbox"), "mailbox"),
        (login.join("/problems/not_found"), "problem"),
        (login.join("/nowhere"), "login-error"),
        (login.join("/verify/nothing"), "link-not-good"),
    ];
    for (url, what) in pages {
        visit.open(url, what).await;
    }
    let link = sign_up_link(visit.page, &login, &visit.name).await;
    visit.open(link, "verify").await;
    forms::submit(visit.page, &[("password", "short")]).await;
    visit.page.find(By::Css("[aria-invalid='true']")).await.expect("the marked field");
    visit.check("verify-refused").await;
}

async fn signed_in(visit: &mut Visit<'_>, system: &System, email: &str) {
    let (login, mypage) = (system.url("login"), system.url("mypage"));
    visit.open(mypage.join("/auth/sign-in"), "sign-in").await;
    forms::submit(visit.page, &[("email", email), ("password", DEMO_PASSWORD)]).await;
    visit.page.find(By::Css("#timeline [data-kind='ad_seen']")).await.expect("the page, with its ad seen");
    visit.check("page").await;
    let ad = visit.page.find(By::Css("aside.ad a.ad-link")).await.expect("an ad");
    let click = ad.attr("href").await.expect("an attribute").expect("a URL");
    visit.open(click, "advertiser").await;
    let site = visit.page.current_url().await.expect("a URL").join("/").expect("a URL");
    visit.open(site.into(), "advertiser-error").await;
    visit.open(mypage.join("/usage"), "usage").await;
    visit.open(mypage.join("/nowhere"), "mypage-error-signed-in").await;
    advertiser(visit, system).await;
    let select_account = format!("/authorize?client_id=demo-public&{REQUEST}&prompt=select_account");
    let pages = [
        ("/", "account"),
        ("/profile", "profile"),
        ("/profile/erase", "erase"),
        ("/consents", "consents"),
        (select_account.as_str(), "select-account"),
        ("/authorize?client_id=nobody", "failure"),
        ("/nowhere", "login-error-signed-in"),
        ("/docs", "docs"),
        ("/clients", "clients"),
        ("/logout", "sign-out"),
        ("/members", "members"),
    ];
    for (path, what) in pages {
        visit.open(login.join(path), what).await;
    }
    visit.page.find(By::Css("a[href$='/remove']")).await.expect("a member").click().await.expect("clicked");
    visit.check("member-remove").await;
}

/// The pages of an advertiser, who is signed in at login already.
async fn advertiser(visit: &mut Visit<'_>, system: &System) {
    let ad = system.url("ad");
    for (path, what) in [("/ledger", "ad-ledger"), ("/campaigns/new", "ad-new"), ("/campaigns", "ad-campaigns")] {
        visit.open(ad.join(path), what).await;
    }
    // The newest may have ended in another test: it has no form.
    press(visit.page, ".campaign .name:has(.good) a").await;
    visit.check("ad-campaign").await;
    press(visit.page, "main a[href$='/edit']").await;
    visit.check("ad-edit").await;
}

/// The pages to which e-mails lead.
async fn by_mail(visit: &mut Visit<'_>, system: &System, admin: &str) {
    let login = system.url("login");
    let invited = format!("invited-by-{admin}");
    visit.page.goto(login.join("/")).await.expect("the account");
    forms::fill_in(visit.page, &[("email", &invited)]).await;
    press(visit.page, "form[action='/invitations'] button").await;
    visit.page.find(By::Css("main .notice.good")).await.expect("the notice");
    visit.check("account-invited").await;
    let link = mailed_link(visit.page, &login, &invited, "/invitations/").await;
    visit.open(link, "invitation").await;
    visit.page.goto(login.join("/forgot-password")).await.expect("a page");
    forms::submit(visit.page, &[("email", admin)]).await;
    visit.page.find(By::Css("main a[href='/dev/mailbox']")).await.expect("the link to the mailbox");
    visit.check("forgot-password-sent").await;
    let link = mailed_link(visit.page, &login, admin, "/reset-password/").await;
    visit.open(link, "reset-password").await;
}

/// The pages about a client of the tenant. Ends with the browser signed out.
async fn client(visit: &mut Visit<'_>, system: &System, admin: &str) {
    let login = system.url("login");
    let page = visit.page;
    page.goto(login.join("/clients")).await.expect("a page");
    let field = page.find(By::Id("redirect_uris")).await.expect("a field");
    field.send_keys("http://127.0.0.1:9999/callback").await.expect("typed");
    forms::fill_in(page, &[("client_name", "Wiki")]).await;
    press(page, "form[action='/clients'] button").await;
    let id = page.find(By::Css(".notice code")).await.expect("a client").text().await.expect("an id");
    visit.check("client-registered").await;
    let request = format!("/authorize?client_id={id}&{REQUEST}");
    visit.open(login.join(&request), "consent").await;
    page.goto(login.join("/logout")).await.expect("a page");
    press(page, "button[name='confirm']").await;
    page.find(By::Css("main a[href='/sign-in']")).await.expect("the sign-in link");
    visit.check("signed-out").await;
    // Login redirects nobody with an error who does not belong to the client's tenant.
    visit.open(login.join(&request.replace("response_type=code", "response_type=token")), "leave").await;

    page.goto(login.join("/sign-in")).await.expect("a page");
    forms::submit(page, &[("email", admin), ("password", DEMO_PASSWORD)]).await;
    page.find(By::Css("a[href='/clients']")).await.expect("the account");
    visit.open(login.join(&format!("/clients/{id}/remove")), "client-remove").await;
    press(page, "main form button.danger").await;
}

async fn press(page: &WebDriver, what: &str) {
    let button = page.find(By::Css(what)).await.expect("a button");
    button.scroll_into_view().await.expect("in view");
    button.click().await.expect("clicked");
}

/// Waits for the e-mail to an address, and returns its link to a path.
async fn mailed_link(page: &WebDriver, login: &PublicUrl, to: &str, path: &str) -> String {
    let mailbox = login.join(&format!("/dev/mailbox?to={to}"));
    support::eventually("the e-mail", || async {
        page.goto(&mailbox).await.ok()?;
        page.source().await.ok()?.contains(path).then_some(())
    })
    .await;
    let link = page.find(By::Css(format!("main a[href*='{path}']"))).await.expect("a link");
    link.attr("href").await.expect("an attribute").expect("a URL")
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

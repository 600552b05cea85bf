//! The main path: sign up a tenant, sign in, see and click an ad; timeline, usage and spending are updated by events.

use chrono::Utc;
use e2e::{
    browser::{Browser, Look},
    forms,
    person::Person,
    system::System,
};
use thirtyfour::{By, WebDriver};

#[tokio::test]
async fn from_sign_up_to_the_advertisers_budget() {
    let system = System::running();
    let advertiser = Person::sign_in(&system, "admin@acme.example").await;
    let spent_before = spent(&system, &advertiser).await;
    let browser = Browser::start(Look::desktop("en")).await;
    let page = &browser.driver;

    sign_up(page, &system).await;
    page.goto(system.url("mypage").as_str()).await.expect("mypage");
    page.find(By::Css("a.button[href='/auth/sign-in']"))
        .await
        .expect("the sign-in link")
        .click()
        .await
        .expect("clicked");
    let title = page.find(By::Css("h1")).await.expect("the page").text().await.expect("a greeting");
    assert!(title.contains("Robin"), "{title}");

    // The event stream updates the timeline: the steps below do not reload the page.
    page.find(By::Css("#timeline [data-kind='signed_in']")).await.expect("the sign-in on the timeline");
    page.find(By::Css("#timeline [data-kind='ad_seen']")).await.expect("the impression on the timeline");
    let ad = page.find(By::Css("aside.ad a.ad-link")).await.expect("an ad");
    let headline = ad.find(By::Css("strong")).await.expect("a headline").text().await.expect("text");
    ad.click().await.expect("clicked");
    return_from_the_advertiser(page, &headline).await;
    let clicked = page.find(By::Css("#timeline [data-kind='ad_clicked']")).await.expect("the click on the timeline");
    let line = clicked.text().await.expect("text");
    assert!(line.contains(&headline), "{line} names {headline}");

    choose_interests(page).await;
    page.find(By::Css("a[href='/usage']")).await.expect("the admin's usage").click().await.expect("clicked");
    for metric in ["login.sign_ins", "mypage.page_views"] {
        let selector = format!("[data-metric='{metric}'] dd");
        support::eventually(metric, || async {
            page.refresh().await.expect("refreshed");
            let count = page.find(By::Css(&selector)).await.ok()?.text().await.ok()?;
            count.parse::<u64>().is_ok_and(|count| count >= 1).then_some(())
        })
        .await;
    }

    support::eventually("the advertiser's budget", || async {
        (spent(&system, &advertiser).await > spent_before).then_some(())
    })
    .await;
    page.find(By::Css("form[action='/auth/sign-out'] button"))
        .await
        .expect("the sign-out button")
        .click()
        .await
        .expect("clicked");
    support::eventually("the landing page", || async { page.find(By::Css(".hero, main form")).await.ok() }).await;
    browser.quit().await;
}

#[expect(clippy::disallowed_methods, reason = "a name that no earlier run has taken")]
async fn sign_up(page: &WebDriver, system: &System) {
    let unique = Utc::now().timestamp_millis();
    let email = format!("robin-{unique}@riverside.example");
    page.goto(&system.url("login").join("/sign-up")).await.expect("login");
    let slug = format!("riverside-{unique}");
    let fields = [("name", "Riverside Books"), ("slug", &slug), ("display_name", "Robin"), ("email", &email)];
    forms::submit(page, &fields).await;
    // The tenant is created when the e-mailed link is opened. The development mailbox shows the e-mail.
    forms::verification_link(page, &email).await.click().await.expect("clicked");
    let password = page.find(By::Css("form[action^='/verify/'] input[name='password']")).await.expect("a field");
    password.send_keys("a quiet river at dawn").await.expect("typed");
    page.find(By::Css("form[action^='/verify/'] button")).await.expect("a button").click().await.expect("clicked");
    support::eventually("the new tenant's page", || async {
        let url = page.current_url().await.ok()?;
        (url.path() == "/").then_some(())
    })
    .await;
}

/// Checks that the advertiser's page is on this machine, and closes its tab: a hidden page is not updated.
async fn return_from_the_advertiser(page: &WebDriver, headline: &str) {
    let own = page.window().await.expect("a tab");
    let advertiser = support::eventually("the advertiser's tab", || async {
        page.windows().await.ok()?.into_iter().find(|tab| *tab != own)
    })
    .await;
    page.switch_to_window(advertiser).await.expect("switched");
    let title = page.find(By::Css("h1")).await.expect("the advertiser's page").text().await.expect("a headline");
    assert_eq!(title, headline);
    let url = page.current_url().await.expect("a URL");
    assert_eq!(url.host_str(), Some("localhost"), "{url}");
    page.close_window().await.expect("closed");
    page.switch_to_window(own).await.expect("switched");
}

async fn choose_interests(page: &WebDriver) {
    let chip = page.find(By::Css("#preferences input[name='interests'][value='travel']")).await.expect("an interest");
    page.execute("arguments[0].closest('label').click()", vec![chip.to_json().expect("an element")])
        .await
        .expect("chosen");
    page.find(By::Css("#preferences input[name='ad_consent']"))
        .await
        .expect("the consent")
        .click()
        .await
        .expect("given");
    page.find(By::Css("#preferences button.button")).await.expect("a button").click().await.expect("clicked");
    page.find(By::Css("#timeline [data-kind='preferences_changed']")).await.expect("the choice on the timeline");
}

/// Returns the total spending of the advertiser's campaigns, from the usage page.
async fn spent(system: &System, advertiser: &Person) -> u64 {
    let answer = advertiser.get(&system.url("mypage").join("/usage")).await.expect("the usage page");
    let html = answer.text().await.expect("a page");
    html.split("<progress value=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<u64>().ok()).sum()
}

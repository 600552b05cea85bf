//! An advertiser's way, in both languages: sign in, write a campaign with an image, see its ad on another person's page, the
//! click in the report, and the end of the campaign.

use chrono::Utc;
use e2e::{
    browser::{Browser, Look},
    forms,
    system::System,
};
use support::DEMO_PASSWORD;
use thirtyfour::{By, WebDriver};

struct Advertiser {
    language: &'static str,
    email: &'static str,
    viewer: &'static str,
    /// Higher than every bid of the demo data.
    bid: &'static str,
    daily_budget: &'static str,
    /// The state of a campaign that runs, in the language.
    running: &'static str,
}

const ADVERTISERS: [Advertiser; 2] = [
    Advertiser {
        language: "en",
        email: "admin@acme.example",
        viewer: "amy@acme.example",
        bid: "90",
        daily_budget: "900",
        running: "Running",
    },
    Advertiser {
        language: "ko",
        email: "admin@hangang.example",
        viewer: "mina@hangang.example",
        bid: "90,000",
        daily_budget: "900,000",
        running: "게재 중",
    },
];

/// A PNG of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde\0\
    \0\0\x0cIDATx\x9cc0N\x9b\x09\0\x02\x02\x013V\x87\xe2T\0\0\0\0IEND\xaeB`\x82";

#[tokio::test]
async fn an_advertiser_runs_a_campaign_and_reads_its_report() {
    let system = System::running();
    for advertiser in ADVERTISERS {
        let own = Browser::start(Look::desktop(advertiser.language)).await;
        let headline = create(&own.driver, &system, &advertiser).await;
        let other = Browser::start(Look::desktop(advertiser.language)).await;
        click(&other.driver, &system, &advertiser, &headline).await;
        other.quit().await;
        read_report(&own.driver).await;
        press(&own.driver, "form[action$='/status'] button[value='ended']").await;
        support::eventually("the end of the campaign", || async {
            own.driver.find(By::Css("form[action$='/status']")).await.is_err().then_some(())
        })
        .await;
        own.quit().await;
    }
}

/// Signs in, and creates a campaign by its form. Returns the headline.
#[expect(clippy::disallowed_methods, reason = "a headline that no earlier run has taken")]
async fn create(page: &WebDriver, system: &System, advertiser: &Advertiser) -> String {
    let headline = format!("Trial {}", Utc::now().timestamp_millis());
    page.goto(system.url("ad").as_str()).await.expect("the landing page");
    press(page, "main a[href^='/auth/sign-in']").await;
    forms::submit(page, &[("email", advertiser.email), ("password", DEMO_PASSWORD)]).await;
    press(page, "main a[href='/campaigns/new']").await;
    let fields = [
        ("headline", headline.as_str()),
        ("body", "A text for the trial"),
        ("landing_url", "http://localhost:9480/trial/one"),
        ("image_alt", "One pixel"),
        ("name", headline.as_str()),
        ("bid", advertiser.bid),
        ("daily_budget", advertiser.daily_budget),
    ];
    forms::fill_in(page, &fields).await;
    support::eventually("the preview", || async {
        let shown = page.find(By::Css("#preview-new strong")).await.ok()?.text().await.ok()?;
        (shown == headline).then_some(())
    })
    .await;
    choose_image(page).await;
    press(page, "main form button[name='status'][value='active']").await;
    page.find(By::Css(".creative .ad-image")).await.expect("the image of the campaign");
    let state = page.find(By::Css("h1 + .badge")).await.expect("the state").text().await.expect("text");
    assert_eq!(state, advertiser.running);
    headline
}

/// Chooses an image, which the preview shows before the form is sent.
async fn choose_image(page: &WebDriver) {
    let file = std::env::temp_dir().join(format!("one-pixel-{}.png", std::process::id()));
    std::fs::write(&file, PNG).expect("a file");
    let input = page.find(By::Name("image")).await.expect("the field of the image");
    input.send_keys(file.to_str().expect("a path")).await.expect("chosen");
    page.find(By::Css("#preview-new img[alt='One pixel']")).await.expect("the image in the preview");
    std::fs::remove_file(file).expect("removed");
}

/// Sees the ad as another person of the tenant, and clicks it.
async fn click(page: &WebDriver, system: &System, advertiser: &Advertiser, headline: &str) {
    page.goto(system.url("mypage").join("/auth/sign-in")).await.expect("login");
    forms::submit(page, &[("email", advertiser.viewer), ("password", DEMO_PASSWORD)]).await;
    let ad = support::eventually("the ad", || async {
        let ad = page.find(By::Css("aside.ad a.ad-link")).await.ok()?;
        if ad.text().await.ok()?.contains(headline) && ad.find(By::Css("img[alt='One pixel']")).await.is_ok() {
            return Some(ad);
        }
        page.refresh().await.ok()?;
        None
    })
    .await;
    page.find(By::Css("#timeline [data-kind='ad_seen']")).await.expect("the impression on the timeline");
    ad.click().await.expect("clicked");
    page.find(By::Css("#timeline [data-kind='ad_clicked']")).await.expect("the click on the timeline");
}

/// Opens the report of the hours by its tab, until it has the click.
async fn read_report(page: &WebDriver) {
    support::eventually("the click in the report", || async {
        press(page, "#report .tabs a[href*='by=hour']").await;
        let figures = page.find_all(By::Css("#report .figures dd")).await.ok()?;
        (figures.get(1)?.text().await.ok()? == "1").then_some(())
    })
    .await;
    let charts = page.find_all(By::Css("#report .chart svg title")).await.expect("charts");
    assert_eq!(charts.len(), 3);
}

async fn press(page: &WebDriver, selector: &str) {
    page.find(By::Css(selector)).await.expect("a button or a link").click().await.expect("clicked");
}

//! Two processes of a product behave as one.

use e2e::{
    browser::{Browser, Look},
    ledger,
    person::{self, PASSWORD, Person},
    system::System,
};
use thirtyfour::By;

/// The port of the second replica; without one, says loudly that the test is skipped.
fn second(system: &System, product: &str, test: &str) -> Option<u16> {
    match system.replicas(product).get(1) {
        Some(entry) => Some(system.port(&entry.name, "http")),
        None => {
            eprintln!("SKIPPED {test}: needs scripts/up --replicas 2");
            None
        }
    }
}

#[tokio::test]
async fn a_session_holds_on_every_replica() {
    let system = System::running();
    let Some(port) = second(&system, "mypage", "a_session_holds_on_every_replica") else { return };
    let person = Person::sign_in(&system, "mina@hangang.example").await;
    // Cookies ignore ports: the same browser at the other replica.
    let html = person.get(&format!("http://localhost:{port}/")).await.expect("an answer").text().await.expect("a page");
    assert!(html.contains("mina@hangang.example"), "the other replica knows her");
}

#[tokio::test]
async fn a_click_on_both_replicas_counts_once() {
    let system = System::running();
    let Some(port) = second(&system, "ad", "a_click_on_both_replicas_counts_once") else { return };
    let person = Person::sign_in(&system, "amy@acme.example").await;
    let before = ledger::settled(&system).await;
    let shown = person::ads(&person.page().await.expect("the page"));
    let ad = shown.first().expect("an ad");
    let clicker = person::clicker();
    let first = system.url("ad").as_str().to_owned();
    let other = ad.click.replace(&first, &format!("http://localhost:{port}"));
    assert_ne!(ad.click, other);
    for _ in 0..3 {
        let (one, two) = tokio::join!(clicker.get(&ad.click).send(), clicker.get(&other).send());
        for answer in [one, two] {
            assert!(answer.expect("an answer").status().is_redirection());
        }
    }
    let after = ledger::settled(&system).await;
    after.assert_balanced();
    assert_eq!(after.clicks, before.clicks + 1);
}

#[tokio::test]
async fn a_timeline_moves_on_whichever_replica_it_is_open() {
    let system = System::running();
    let Some(port) = second(&system, "mypage", "a_timeline_moves_on_whichever_replica_it_is_open") else { return };
    let browser = Browser::start(Look::desktop("en")).await;
    let page = &browser.driver;
    page.goto(system.url("mypage").join("/auth/sign-in")).await.expect("login");
    for (name, value) in [("email", "bob@acme.example"), ("password", PASSWORD)] {
        page.find(By::Css(format!("input[name='{name}']")))
            .await
            .expect("a field")
            .send_keys(value)
            .await
            .expect("typed");
    }
    page.find(By::Css("main form button[type='submit']")).await.expect("a button").click().await.expect("clicked");
    page.find(By::Id("timeline")).await.expect("the page");
    page.goto(format!("http://localhost:{port}/")).await.expect("the other replica");
    let ad = page.find(By::Css("aside.ad a.ad-link")).await.expect("an ad");
    let lines = page.find_all(By::Css("#timeline [data-kind='ad_clicked']")).await.expect("lines").len();
    let click = ad.attr("href").await.expect("an attribute").expect("a link");
    let answer = person::clicker().get(click).send().await.expect("an answer");
    assert!(answer.status().is_redirection());
    support::eventually("the click on the timeline", || async {
        let now = page.find_all(By::Css("#timeline [data-kind='ad_clicked']")).await.ok()?.len();
        (now > lines).then_some(())
    })
    .await;
    browser.quit().await;
}

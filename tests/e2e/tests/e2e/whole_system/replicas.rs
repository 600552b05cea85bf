//! Replicas of a product behave as one.

use chassis::config::PublicUrl;
use e2e::{
    browser::{Browser, Look},
    forms,
    person::{self, Person},
    system::{Reachable, System},
    totals,
};
use support::DEMO_PASSWORD;
use thirtyfour::By;

/// Returns two replicas of the product. Without a second one, prints that `test` is skipped and returns `None`.
async fn two(system: &System, product: &str, test: &str) -> Option<[Reachable<PublicUrl>; 2]> {
    let replicas = system.replicas(product).await;
    if let [one, other, ..] = &replicas[..] {
        Some([system.reach(one).await, system.reach(other).await])
    } else {
        eprintln!("SKIPPED {test}: needs two replicas of {product} (scripts/up --replicas 2)");
        None
    }
}

#[tokio::test]
async fn a_session_holds_on_every_replica() {
    let system = System::running();
    let Some(both) = two(&system, "mypage", "a_session_holds_on_every_replica").await else { return };
    let person = Person::sign_in(&system, "mina@hangang.example").await;
    for replica in both {
        // Cookies ignore ports, so the browser stays signed in.
        let html = person.get(&replica.address.join("/")).await.expect("an answer").text().await.expect("a page");
        assert!(html.contains("mina@hangang.example"), "signed in on each replica");
    }
}

#[tokio::test]
async fn a_click_on_both_replicas_counts_once() {
    let system = System::running();
    let Some(both) = two(&system, "ad", "a_click_on_both_replicas_counts_once").await else { return };
    let person = Person::sign_in(&system, "amy@acme.example").await;
    let before = totals::wait_until_consumed(&system).await;
    let ads = markup::ads(&person.page().await.expect("the page"));
    let ad = ads.first().expect("an ad");
    person.get(&ad.impression).await.expect("the impression");
    let clicker = person::clicker();
    let public = system.url("ad");
    assert!(ad.click.starts_with(public.as_str()), "{} does not start with {public}", ad.click);
    let [one, other] = both.each_ref().map(|replica| ad.click.replace(public.as_str(), replica.address.as_str()));
    for _ in 0..3 {
        let (one, two) = tokio::join!(clicker.get(&one).send(), clicker.get(&other).send());
        for answer in [one, two] {
            assert!(answer.expect("an answer").status().is_redirection());
        }
    }
    let after = totals::wait_until_consumed(&system).await;
    after.assert_balanced();
    assert_eq!(after.clicks, before.clicks + 1);
}

#[tokio::test]
async fn a_timeline_moves_on_whichever_replica_it_is_open() {
    let system = System::running();
    let test = "a_timeline_moves_on_whichever_replica_it_is_open";
    let Some([_, other]) = two(&system, "mypage", test).await else { return };
    let browser = Browser::start(Look::desktop("en")).await;
    let page = &browser.driver;
    page.goto(system.url("mypage").join("/auth/sign-in")).await.expect("login");
    forms::submit(page, &[("email", "bob@acme.example"), ("password", DEMO_PASSWORD)]).await;
    page.find(By::Id("timeline")).await.expect("the page");
    page.goto(other.address.join("/")).await.expect("the other replica");
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

//! Kills each process of each product under load: it is restarted, no event is lost and none counted twice.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use e2e::{
    person::{self, Person},
    system::{self, System},
    totals::{self, Totals},
};
use markup::AdLinks;

const PEOPLE: [&str; 4] = ["mina@hangang.example", "joon@hangang.example", "amy@acme.example", "bob@acme.example"];

/// One ad of this many is clicked.
const CLICK_EVERY: u64 = 8;

#[derive(Default)]
struct Load {
    stop: AtomicBool,
    pages: AtomicU64,
    clicks: AtomicU64,
    retries: AtomicU64,
}

impl Load {
    /// Waits for new successful pages. A killed replica may still be in a client's connection pool.
    async fn wait_for_pages(&self) {
        let before = self.pages.load(Ordering::Relaxed);
        support::eventually("pages", || async { (self.pages.load(Ordering::Relaxed) > before + 5).then_some(()) })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_counted_twice() {
    let system = System::running();
    let load = Arc::new(Load::default());
    let mut people = vec![];
    for email in PEOPLE {
        let (person, load) = (Person::sign_in(&system, email).await, Arc::clone(&load));
        people.push(tokio::spawn(async move { browse(&person, &load).await }));
    }

    load.wait_for_pages().await;
    for product in system::products() {
        let replicas = system.replicas(&product.name).await;
        assert!(!replicas.is_empty(), "{} does not run", product.name);
        for replica in replicas {
            system.crash(&replica).await;
            load.wait_for_pages().await;
            println!("killed {}; all replicas of {} are ready again and serve pages", replica.name, product.name);
        }
    }

    load.stop.store(true, Ordering::Relaxed);
    let mut impressions = 0;
    for person in people {
        impressions += person.await.expect("a person who continued browsing");
    }
    let totals = totals::wait_until_consumed(&system).await;
    totals.assert_balanced();
    let clicks = i64::try_from(load.clicks.load(Ordering::Relaxed)).expect("fits");
    assert!(totals.clicks >= clicks, "{clicks} clicks were answered, {} counted", totals.clicks);
    println!(
        "{} pages, {impressions} impressions, {clicks} clicks, {} retries; {} deliveries published and consumed once each; {} micros charged and spent",
        load.pages.load(Ordering::Relaxed),
        load.retries.load(Ordering::Relaxed),
        totals.published.len(),
        totals.charged,
    );
    check_topic(&system, &totals).await;
}

/// Asserts that the topic has exactly the events of the outbox.
async fn check_topic(system: &System, totals: &Totals) {
    let broker = match system.broker().await {
        Ok(broker) => broker,
        Err(why) => {
            eprintln!("SKIPPED the check of the topic: {why}");
            return;
        }
    };
    let brokers = broker.address.clone();
    let records = tokio::task::spawn_blocking(move || devstack::topic::read(&brokers, "ad.delivery.v1")).await;
    let records = records.expect("no panic").expect("the topic");
    let on_topic: BTreeSet<String> = records.iter().map(|record| record.id().to_owned()).collect();
    assert_eq!(on_topic, totals.published, "outbox and topic");
}

async fn browse(person: &Person, load: &Load) -> u64 {
    let clicker = person::clicker();
    let mut impressions = 0;
    while !load.stop.load(Ordering::Relaxed) {
        let html = retry(load, || person.page()).await;
        load.pages.fetch_add(1, Ordering::Relaxed);
        for AdLinks { click, impression } in markup::ads(&html) {
            impressions += 1;
            retry(load, || person.get(&impression)).await;
            // Clicking every ad would use up the demo campaigns' daily budgets, and no more ads would be served.
            if impressions % CLICK_EVERY != 0 {
                continue;
            }
            let answer = retry(load, || async {
                let answer = clicker.get(&click).send().await.map_err(|error| error.to_string())?;
                if answer.status().is_server_error() { Err(answer.status().to_string()) } else { Ok(answer) }
            })
            .await;
            assert!(answer.status().is_redirection(), "the response to a click is {}", answer.status());
            load.clicks.fetch_add(1, Ordering::Relaxed);
        }
    }
    impressions
}

/// Retries until the action succeeds, as a person who reloads the page.
async fn retry<T, F: Future<Output = Result<T, String>>>(load: &Load, mut act: impl FnMut() -> F) -> T {
    for _ in 0..600 {
        match act().await {
            Ok(done) => return done,
            Err(_) => {
                load.retries.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    panic!("still failing after 600 tries in a minute")
}

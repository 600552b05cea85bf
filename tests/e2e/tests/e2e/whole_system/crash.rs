//! Each process of each product is killed in turn, under load: it comes back, nothing is lost, nothing counted twice.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use e2e::{
    ledger,
    person::{self, Person, Shown},
    system::{self, System},
};

const PEOPLE: [&str; 4] = ["mina@hangang.example", "joon@hangang.example", "amy@acme.example", "bob@acme.example"];

/// One ad of so many is followed.
const CLICK_EVERY: u64 = 8;

#[derive(Default)]
struct Load {
    stop: AtomicBool,
    pages: AtomicU64,
    clicks: AtomicU64,
    retries: AtomicU64,
}

impl Load {
    /// Waits for pages that people get from now on. The way to a replica that is gone may have to be found anew.
    async fn goes_on(&self) {
        let before = self.pages.load(Ordering::Relaxed);
        support::eventually("pages", || async { (self.pages.load(Ordering::Relaxed) > before + 5).then_some(()) })
            .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_counted_twice() {
    let system = System::running();
    let load = Arc::new(Load::default());
    let mut people = vec![];
    for email in PEOPLE {
        let (person, load) = (Person::sign_in(&system, email).await, Arc::clone(&load));
        people.push(tokio::spawn(async move { browse(&person, &load).await }));
    }

    load.goes_on().await;
    for product in system::products() {
        let replicas = system.replicas(&product.name).await;
        assert!(!replicas.is_empty(), "{} does not run", product.name);
        for replica in replicas {
            system.crash(&replica).await;
            load.goes_on().await;
            println!("{} was killed; {} is all ready again, and people go on", replica.name, product.name);
        }
    }

    load.stop.store(true, Ordering::Relaxed);
    let mut shown = 0;
    for person in people {
        shown += person.await.expect("a person who gave up");
    }
    let books = ledger::settled(&system).await;
    books.assert_balanced();
    let clicks = i64::try_from(load.clicks.load(Ordering::Relaxed)).expect("fits");
    assert!(books.clicks >= clicks, "{clicks} clicks were answered, {} counted", books.clicks);
    println!(
        "{} pages, {shown} ads shown, {clicks} clicks, {} retries; {} deliveries told and heard once each; {} micros in ledger and budgets alike",
        load.pages.load(Ordering::Relaxed),
        load.retries.load(Ordering::Relaxed),
        books.told.len(),
        books.charged,
    );
    check_topic(&system, &books).await;
}

/// The topic has each event of the outbox, and no other.
async fn check_topic(system: &System, books: &ledger::Books) {
    let broker = match system.broker().await {
        Ok(broker) => broker,
        Err(why) => {
            eprintln!("SKIPPED the check over the topic: {why}");
            return;
        }
    };
    let brokers = broker.at.clone();
    let records = tokio::task::spawn_blocking(move || devstack::topic::read(&brokers, "ad.delivery.v1")).await;
    let records = records.expect("no panic").expect("the topic");
    let on_topic: BTreeSet<String> = records.iter().map(|record| record.id().to_owned()).collect();
    assert_eq!(on_topic, books.told, "outbox and topic");
}

async fn browse(person: &Person, load: &Load) -> u64 {
    let clicker = person::clicker();
    let mut shown = 0;
    while !load.stop.load(Ordering::Relaxed) {
        let html = again(load, || person.page()).await;
        load.pages.fetch_add(1, Ordering::Relaxed);
        for Shown { click, impression } in person::ads(&html) {
            shown += 1;
            again(load, || person.get(&impression)).await;
            // Clicks cost the demo's campaigns: all of them would use up a day's budgets, and nobody be shown an ad any more.
            if shown % CLICK_EVERY != 0 {
                continue;
            }
            let answer = again(load, || async {
                let answer = clicker.get(&click).send().await.map_err(|error| error.to_string())?;
                if answer.status().is_server_error() { Err(answer.status().to_string()) } else { Ok(answer) }
            })
            .await;
            assert!(answer.status().is_redirection(), "a click led to {}", answer.status());
            load.clicks.fetch_add(1, Ordering::Relaxed);
        }
    }
    shown
}

/// Tries until it works, as a person does who presses reload.
async fn again<T, F: Future<Output = Result<T, String>>>(load: &Load, mut act: impl FnMut() -> F) -> T {
    for _ in 0..600 {
        match act().await {
            Ok(done) => return done,
            Err(_) => {
                load.retries.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
    panic!("a person gave up after a minute")
}

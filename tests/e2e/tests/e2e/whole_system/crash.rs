//! `kill -9` of each process of each product in turn, under load: it comes back, nothing is lost, nothing counted twice.

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
    system::System,
};

const PEOPLE: [&str; 4] = ["mina@hangang.example", "joon@hangang.example", "amy@acme.example", "bob@acme.example"];

#[derive(Default)]
struct Load {
    stop: AtomicBool,
    pages: AtomicU64,
    clicks: AtomicU64,
    retries: AtomicU64,
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

    let products: BTreeSet<String> = devstack::product::load_all(&e2e::system::root())
        .expect("the products")
        .into_iter()
        .map(|product| product.name)
        .collect();
    for product in &products {
        for entry in system.replicas(product) {
            let before = load.pages.load(Ordering::Relaxed);
            support::eventually("load", || async { (load.pages.load(Ordering::Relaxed) > before + 5).then_some(()) })
                .await;
            let killed = entry.identity.expect("it runs").pid;
            kill(killed);
            support::eventually("the process to come back ready", || async {
                let again = system.replicas(product).into_iter().find(|it| it.name == entry.name)?;
                (again.restarts > entry.restarts && is_ready(&system, &entry.name).await).then_some(())
            })
            .await;
            println!("{} was killed, and is ready again", entry.name);
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
    check_topic(&system, &books);
}

/// The topic has each event of the outbox, and no other.
fn check_topic(system: &System, books: &ledger::Books) {
    let Some(brokers) = system.kafka() else {
        eprintln!("SKIPPED the check over the topic: needs a real Kafka");
        return;
    };
    let on_topic: BTreeSet<String> = devstack::topic::read(&brokers, "ad.delivery.v1")
        .expect("the topic")
        .iter()
        .map(|record| record.id().to_owned())
        .collect();
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

fn kill(pid: i32) {
    let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().expect("kill runs");
    assert!(killed.success(), "kill -9 {pid}");
}

async fn is_ready(system: &System, process: &str) -> bool {
    let url = format!("http://127.0.0.1:{}/readyz", system.port(process, "ops"));
    person::clicker().get(url).send().await.is_ok_and(|answer| answer.status().is_success())
}

//! The load from start to end: creates a tenant, makes steady calls until SIGTERM, waits for the last events, and prints a
//! summary.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use anyhow::{Result, bail};
use chassis::clock::Clock;
use contracts::mypage::v1::{Activity, GetPageRequest};
use tokio::{signal::unix, task::JoinSet, time::Instant};

use crate::{
    arguments::Cli,
    links::Links,
    meter::{self, Meter},
    pace::Pace,
    peers::{self, Peers},
    person::Person,
    retry::Idempotency,
    sample::{Line, Summary},
    tenant::{self, LoadTenant},
    timeline,
    work::Work,
};

/// Maximum time for an event to reach the timeline, during set-up and after the last call.
const ARRIVES_WITHIN: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(100);

/// Runs the load until SIGTERM.
///
/// # Errors
/// If the set-up fails. Later failures are counted.
pub async fn run(cli: Cli) -> Result<()> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let clock = Clock::system();
    let Cli { addresses, rates, .. } = cli;
    if !addresses.no_forwards {
        for forward in &addresses.forwards {
            forward.open().await?;
        }
    }
    let LoadTenant { tenant_id, people } = tenant::create(&addresses, &clock, rates.people).await?;
    let peers = Peers::new(&addresses);
    for person in &people {
        let last = first_line(&peers, person).await?;
        timeline::received(person).begin(&last);
    }
    let work = Arc::new(Work {
        meter: Meter::new(clock.clone()),
        people: people.into_iter().map(Arc::new).collect(),
        links: Links::default(),
        sign_ins: 0.into(),
        // One page per person during set-up.
        pages: u64::from(rates.people).into(),
        pages_retried: 0.into(),
        addresses,
        clock,
        peers,
    });

    let mut streams = JoinSet::new();
    streams.spawn(work.meter.clone().report());
    for person in &work.people {
        streams.spawn(timeline::watch(Arc::clone(&work), Arc::clone(person)));
        streams.spawn(timeline::page_stream(Arc::clone(&work), Arc::clone(person)));
    }
    let mut pace = Pace::default();
    work.start(&mut pace, &rates);
    terminate.recv().await;
    pace.stop().await;
    all_arrived(&work).await;
    streams.shutdown().await;
    meter::print(&Line::Summary(Box::new(summary(&work, tenant_id).await)));
    Ok(())
}

/// Waits for a line on the person's timeline: the sign-in creates one by an event. The timeline is followed from there.
async fn first_line(peers: &Peers, person: &Person) -> Result<Activity> {
    let until = Instant::now() + ARRIVES_WITHIN;
    let mut why = String::new();
    while Instant::now() < until {
        let send = async |request| peers.mypage.clone().get_page(request).await;
        match peers::call(Idempotency::Idempotent, &person.token(), GetPageRequest {}, send).await.result {
            Ok(page) => match page.activities.into_iter().next() {
                Some(newest) => return Ok(newest),
                None => "the timeline is empty, are events published and consumed?".clone_into(&mut why),
            },
            // A changed network policy takes a moment to apply.
            Err(text) => why = format!("{text}: is this pod in networkPolicy.callers?"),
        }
        tokio::time::sleep(POLL).await;
    }
    bail!("no timeline line for {} after 90 s: {why}", person.email)
}

/// Waits, with a limit, until each action has its line on the timeline, on both streams.
async fn all_arrived(work: &Work) {
    let (impressions, clicks) = work.links.counts();
    let mut done = impressions + clicks + work.sign_ins.load(Ordering::Relaxed);
    for person in &work.people {
        done += person.changes.lock().await.answered;
    }
    let until = Instant::now() + ARRIVES_WITHIN;
    while Instant::now() < until {
        let arrived: usize = work.people.iter().map(|person| timeline::received(person).lines()).sum();
        let page_missing: usize = work.people.iter().map(|person| timeline::received(person).page_missing()).sum();
        if arrived as u64 >= done && page_missing == 0 {
            return;
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn summary(work: &Work, tenant_id: String) -> Summary {
    let mut people = vec![];
    for person in &work.people {
        let changes = person.changes.lock().await.answered;
        people.push(timeline::received(person).results(&person.user_id, changes));
    }
    let (impressions, clicks) = work.links.counts();
    Summary {
        tenant_id,
        totals: work.meter.totals(),
        impressions,
        clicks,
        sign_ins: work.sign_ins.load(Ordering::Relaxed) + work.people.len() as u64,
        pages: work.pages.load(Ordering::Relaxed),
        pages_retried: work.pages_retried.load(Ordering::Relaxed),
        people,
    }
}

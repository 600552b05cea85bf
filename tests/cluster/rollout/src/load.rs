//! The load from start to end: a company of its own, steady calls and streams until SIGTERM, then all that is still on its
//! way, and a summary.

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
    company::{self, Company},
    follow,
    links::Links,
    meter::{self, Meter},
    ordinary::Twice,
    pace::Pace,
    peers::{self, Peers},
    person::Person,
    sample::{Line, Summary},
    work::Work,
};

/// How long an event may take to the timeline: in the set-up, and after the last call.
const ARRIVES_WITHIN: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(100);

/// Runs until SIGTERM.
///
/// # Errors
/// When the set-up fails. What goes wrong later is counted.
pub async fn run(cli: Cli) -> Result<()> {
    let mut terminate = unix::signal(unix::SignalKind::terminate())?;
    let clock = Clock::system();
    let Cli { places, rates, .. } = cli;
    if !places.no_forwards {
        for forward in &places.forwards {
            forward.open().await?;
        }
    }
    let Company { tenant_id, people } = company::found(&places, &clock, rates.people).await?;
    let peers = Peers::new(&places);
    for person in &people {
        let last = first_line(&peers, person).await?;
        follow::of(person).begin(&last);
    }
    let work = Arc::new(Work {
        meter: Meter::new(clock.clone()),
        people: people.into_iter().map(Arc::new).collect(),
        links: Links::default(),
        sign_ins: 0.into(),
        // Each person's own, in the set-up.
        pages: u64::from(rates.people).into(),
        pages_again: 0.into(),
        places,
        clock,
        peers,
    });

    let mut streams = JoinSet::new();
    streams.spawn(work.meter.clone().report());
    for person in &work.people {
        streams.spawn(follow::watch(Arc::clone(&work), Arc::clone(person)));
        streams.spawn(follow::page_stream(Arc::clone(&work), Arc::clone(person)));
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

/// A line of the person's timeline, from which on it is followed: signing in makes one, and it comes by an event.
async fn first_line(peers: &Peers, person: &Person) -> Result<Activity> {
    let until = Instant::now() + ARRIVES_WITHIN;
    let mut why = String::new();
    while Instant::now() < until {
        let send = async |request| peers.mypage.clone().get_page(request).await;
        match peers::call(Twice::Harmless, &person.token(), GetPageRequest {}, send).await.result {
            Ok(page) => match page.activities.into_iter().next() {
                Some(newest) => return Ok(newest),
                None => "events don't arrive".clone_into(&mut why),
            },
            // A network policy that lets this pod in takes a moment to be in force everywhere.
            Err(text) => why = format!("{text}: is this pod named as a caller?"),
        }
        tokio::time::sleep(POLL).await;
    }
    bail!("nothing on the timeline of {}: {why}", person.email)
}

/// Waits until each thing that was done is a line of a timeline, on both streams; or for as long as that may take.
async fn all_arrived(work: &Work) {
    let (impressions, clicks) = work.links.counted();
    let mut done = impressions + clicks + work.sign_ins.load(Ordering::Relaxed);
    for person in &work.people {
        done += person.choices.lock().await.answered;
    }
    let until = Instant::now() + ARRIVES_WITHIN;
    while Instant::now() < until {
        let arrived: usize = work.people.iter().map(|person| follow::of(person).lines()).sum();
        let page_missing: usize = work.people.iter().map(|person| follow::of(person).page_missing()).sum();
        if arrived as u64 >= done && page_missing == 0 {
            return;
        }
        tokio::time::sleep(POLL).await;
    }
}

async fn summary(work: &Work, tenant_id: String) -> Summary {
    let mut people = vec![];
    for person in &work.people {
        let changes = person.choices.lock().await.answered;
        people.push(follow::of(person).followed(&person.user_id, changes));
    }
    let (impressions, clicks) = work.links.counted();
    Summary {
        tenant_id,
        totals: work.meter.totals(),
        impressions,
        clicks,
        sign_ins: work.sign_ins.load(Ordering::Relaxed) + work.people.len() as u64,
        pages: work.pages.load(Ordering::Relaxed),
        pages_again: work.pages_again.load(Ordering::Relaxed),
        people,
    }
}

//! Following a person's timeline over any number of reconnects: by gRPC with a cursor, and by the stream of the page.
//!
//! The end of a stream is no failure, since servers end them when they drain; a client comes back with its last cursor.
//! What counts is that nothing is missing and nothing comes twice over all of them.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
    time::Duration,
};

use contracts::mypage::v1::Activity;
use tokio::time::Instant;

use crate::{
    html,
    meter::Outcome,
    ordinary::{Again, Trouble},
    person::Person,
    sample::{Followed, digest},
};

mod grpc;
mod page;

pub use grpc::watch;
pub use page::page_stream;

/// How long it waits after a failure that was noticed.
const PAUSE: Duration = Duration::from_millis(500);

/// What the streams of one person brought.
#[derive(Debug, Default)]
pub struct Following {
    after: String,
    cursor: String,
    lines: Vec<String>,
    known: HashSet<String>,
    doubled: u64,
    streams: u64,
    page_known: HashSet<String>,
    page_streams: u64,
    page_doubled: u64,
}

impl Following {
    /// Begins behind this line.
    pub fn begin(&mut self, activity: &Activity) {
        self.after.clone_from(&activity.activity_id);
        self.cursor.clone_from(&activity.cursor);
    }

    /// How many lines came by gRPC.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Lines that the page has not shown.
    pub fn page_missing(&self) -> usize {
        self.known.difference(&self.page_known).count()
    }

    fn line(&mut self, activity: &Activity) {
        let id = &activity.activity_id;
        self.cursor.clone_from(&activity.cursor);
        self.doubled += u64::from(!self.known.insert(id.clone()));
        self.lines.push(id.clone());
    }

    fn page(&mut self, timeline: &str) {
        let ids: Vec<&str> = html::lines(timeline).collect();
        let distinct: HashSet<&str> = ids.iter().copied().collect();
        self.page_doubled += u64::from(distinct.len() < ids.len());
        self.page_known.extend(distinct.into_iter().map(str::to_owned));
    }

    /// For the summary.
    pub fn followed(&self, user_id: &str, changes: u64) -> Followed {
        Followed {
            user_id: user_id.to_owned(),
            changes,
            after: self.after.clone(),
            lines: self.lines.len() as u64,
            doubled: self.doubled,
            digest: digest(self.lines.iter().map(String::as_str)),
            streams: self.streams,
            page_streams: self.page_streams,
            page_missing: self.page_missing() as u64,
            page_doubled: self.page_doubled,
        }
    }
}

/// What the streams of the person brought so far.
pub fn of(person: &Person) -> MutexGuard<'_, Following> {
    person.following.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How the stream before ended.
struct End {
    at: Instant,
    broken: Option<Trouble>,
}

impl End {
    fn new() -> Self {
        Self { at: Instant::now(), broken: None }
    }

    fn of(result: Result<(), Trouble>) -> Self {
        Self { broken: result.err(), ..Self::new() }
    }

    async fn after_pause() -> Self {
        tokio::time::sleep(PAUSE).await;
        Self::new()
    }

    /// A stream that broke and could be opened again counts as tried once more; unless it ended with an answer after which a
    /// client would not come back.
    fn outcome(&self, retried: bool, failed: Option<&String>) -> Outcome {
        let answer = self.broken.as_ref().filter(|trouble| trouble.again == Again::No);
        let broke = answer.map(|trouble| format!("the stream ended with {}", trouble.text));
        Outcome {
            took: self.at.elapsed(),
            retried: retried || self.broken.is_some(),
            failed: failed.cloned().or(broke),
            lacking: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(id: &str) -> Activity {
        Activity { activity_id: id.into(), cursor: format!("cursor {id}"), ..Activity::default() }
    }

    #[test]
    fn what_is_missing_and_what_comes_twice_is_known() {
        let mut following = Following::default();
        following.begin(&activity("0"));
        for id in ["1", "2", "2", "3"] {
            following.line(&activity(id));
        }
        following.page("data: <li id=\"a-1\"><li id=\"a-2\"><li id=\"a-1\">");
        let followed = following.followed("mina", 0);
        assert_eq!((followed.after.as_str(), followed.lines, followed.doubled), ("0", 4, 1));
        assert_eq!((followed.page_missing, followed.page_doubled), (1, 1), "3 was not shown, 1 twice");
        assert_eq!(following.cursor, "cursor 3");
    }

    #[test]
    fn an_orderly_end_is_nothing_and_a_broken_stream_is_opened_again() {
        let orderly = End::of(Ok(())).outcome(false, None);
        assert!(!orderly.retried && orderly.failed.is_none());
        let broken = End::of(Err(Trouble::passing("connection reset"))).outcome(false, None);
        assert!(broken.retried && broken.failed.is_none());
        assert!(End::of(Err(Trouble::answer("a bug"))).outcome(false, None).failed.is_some());
    }
}

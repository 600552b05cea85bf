//! Follows a person's timeline over any number of reconnects, by gRPC with a cursor and by the page's event stream.
//!
//! The end of a stream is not a failure, because servers end streams when they drain: the client reconnects with its last
//! cursor. Over all streams, no line may be missing or duplicated.

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
    person::Person,
    retry::{CallError, RetryIf},
    sample::{StreamResults, digest},
};

mod grpc;
mod page;

pub use grpc::watch;
pub use page::page_stream;

/// Pause after a failed reconnect.
const PAUSE: Duration = Duration::from_millis(500);

/// Timeline lines that a person's streams received.
#[derive(Debug, Default)]
pub struct Received {
    after: String,
    cursor: String,
    lines: Vec<String>,
    known: HashSet<String>,
    duplicates: u64,
    streams: u64,
    page_known: HashSet<String>,
    page_streams: u64,
    page_duplicates: u64,
}

impl Received {
    /// Sets the line after which the timeline is followed.
    pub fn begin(&mut self, activity: &Activity) {
        self.after.clone_from(&activity.activity_id);
        self.cursor.clone_from(&activity.cursor);
    }

    /// Returns the number of lines received by gRPC.
    pub fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Returns the number of lines received by gRPC that the page's stream never contained.
    pub fn page_missing(&self) -> usize {
        self.known.difference(&self.page_known).count()
    }

    fn line(&mut self, activity: &Activity) {
        let id = &activity.activity_id;
        self.cursor.clone_from(&activity.cursor);
        self.duplicates += u64::from(!self.known.insert(id.clone()));
        self.lines.push(id.clone());
    }

    fn page(&mut self, timeline: &str) {
        let ids: Vec<&str> = html::lines(timeline).collect();
        let distinct: HashSet<&str> = ids.iter().copied().collect();
        self.page_duplicates += u64::from(distinct.len() < ids.len());
        self.page_known.extend(distinct.into_iter().map(str::to_owned));
    }

    /// Returns the person's part of the summary.
    pub fn results(&self, user_id: &str, changes: u64) -> StreamResults {
        StreamResults {
            user_id: user_id.to_owned(),
            changes,
            after: self.after.clone(),
            lines: self.lines.len() as u64,
            duplicates: self.duplicates,
            digest: digest(self.lines.iter().map(String::as_str)),
            streams: self.streams,
            page_streams: self.page_streams,
            page_missing: self.page_missing() as u64,
            page_duplicates: self.page_duplicates,
        }
    }
}

/// Locks the lines that the person's streams received.
pub fn received(person: &Person) -> MutexGuard<'_, Received> {
    person.received.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of the previous stream.
struct End {
    at: Instant,
    broken: Option<CallError>,
}

impl End {
    fn new() -> Self {
        Self { at: Instant::now(), broken: None }
    }

    fn of(result: Result<(), CallError>) -> Self {
        Self { broken: result.err(), ..Self::new() }
    }

    async fn after_pause() -> Self {
        tokio::time::sleep(PAUSE).await;
        Self::new()
    }

    /// Reports a broken stream that was reopened as a retried call. It failed if it ended with an error that clients do not retry.
    fn outcome(&self, retried: bool, failed: Option<&String>) -> Outcome {
        let answer = self.broken.as_ref().filter(|error| error.retry == RetryIf::Never);
        let broke = answer.map(|error| format!("stream ended with {}", error.text));
        Outcome {
            took: self.at.elapsed(),
            retried: retried || self.broken.is_some(),
            failed: failed.cloned().or(broke),
            incomplete: false,
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
    fn missing_and_duplicate_lines_are_counted() {
        let mut received = Received::default();
        received.begin(&activity("0"));
        for id in ["1", "2", "2", "3"] {
            received.line(&activity(id));
        }
        received.page("data: <li id=\"a-1\"><li id=\"a-2\"><li id=\"a-1\">");
        let results = received.results("mina", 0);
        assert_eq!((results.after.as_str(), results.lines, results.duplicates), ("0", 4, 1));
        assert_eq!((results.page_missing, results.page_duplicates), (1, 1), "3 is missing, 1 is a duplicate");
        assert_eq!(received.cursor, "cursor 3");
    }

    #[test]
    fn an_orderly_end_is_no_retry_and_a_broken_stream_is_reopened() {
        let orderly = End::of(Ok(())).outcome(false, None);
        assert!(!orderly.retried && orderly.failed.is_none());
        let broken = End::of(Err(CallError::temporary("connection reset"))).outcome(false, None);
        assert!(broken.retried && broken.failed.is_none());
        assert!(End::of(Err(CallError::permanent("a bug"))).outcome(false, None).failed.is_some());
    }
}

//! Tests of the live timeline.

use contracts::{ad::v1::DeliveryKind, login::v1::SessionState};
use futures::StreamExt;
use tokio_util::sync::CancellationToken;

use crate::{browser::Browser, events, fake::oidc::TestPerson, harness::TestApp, page_session::attribute};

/// Reads the events of an SSE stream.
struct Events {
    body: std::pin::Pin<Box<dyn futures::Stream<Item = reqwest::Result<Vec<u8>>> + Send>>,
    read: String,
}

impl Events {
    async fn open(browser: &Browser, path: &str) -> Self {
        let response = browser.get(path).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: Box::pin(chunks(response)), read: String::new() }
    }

    /// The next event; `None` when the stream has ended.
    async fn next(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.read = rest;
                if event.starts_with("event: ") {
                    return Some(event);
                }
                continue;
            }
            let next = tokio::time::timeout(std::time::Duration::from_secs(20), self.body.next()).await;
            let chunk = next.expect("an event before the timeout")?.expect("a chunk");
            self.read.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}

fn chunks(response: reqwest::Response) -> impl futures::Stream<Item = reqwest::Result<Vec<u8>>> {
    futures::stream::try_unfold(response, |mut response| async move {
        Ok(response.chunk().await?.map(|chunk| (chunk.to_vec(), response)))
    })
}

/// Starts the listener and waits until it listens.
pub(crate) async fn listen(test: &TestApp, person: TestPerson) {
    let mut changes = test.app.live.subscribe(person.user);
    tokio::spawn(test.app.live.clone().run(test.app.db.app().clone(), CancellationToken::new()));
    assert!(changes.next().await);
}

#[tokio::test]
async fn a_stream_sends_new_activities_and_ends_with_its_session() {
    let test = TestApp::alone().await;
    let mina = test.person();
    listen(&test, mina).await;
    let browser = test.signed_in(mina).await;
    let mut stream = Events::open(&browser, "/activity/stream").await;
    assert!(stream.next().await.expect("at once").contains("No activity yet"));

    test.consume(&events::delivery(&test, test.person(), DeliveryKind::Click, "Another's")).await.expect("consumed");
    test.consume(&events::delivery(&test, mina, DeliveryKind::Click, "Read more")).await.expect("consumed");
    let event = stream.next().await.expect("the click");
    assert!(event.contains("Read more") && !event.contains("Another's"), "{event}");

    let ended = events::session(mina, SessionState::Ended, test.clock.now());
    test.consume(&ended).await.expect("consumed");
    assert!(stream.next().await.expect("an event").starts_with("event: ended\ndata: "), "an event needs data");
    assert_eq!(stream.next().await, None);
    assert_eq!(browser.get("/activity/stream").await.status(), 204, "204 stops reconnecting");
}

#[tokio::test]
async fn a_stream_ends_when_the_person_signs_out_in_another_tab() {
    let test = TestApp::alone().await;
    let mina = test.person();
    listen(&test, mina).await;
    let browser = test.signed_in(mina).await;
    let page = browser.get("/").await.text().await.expect("a page");
    assert_eq!(attribute(&page, "sse-close"), "ended", "stops htmx from connecting again");
    let mut stream = Events::open(&browser, &attribute(&page, "sse-connect")).await;
    stream.next().await.expect("at once");
    browser.post("/auth/sign-out", &[]).await;
    assert!(stream.next().await.expect("an event").starts_with("event: ended"));
}

#[tokio::test]
async fn a_stream_whose_first_activity_was_deleted_ends() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    let mut stream = Events::open(&browser, "/activity/stream?from=0193aaaa-0000-7000-8000-000000000000").await;
    assert!(stream.next().await.expect("an event").starts_with("event: ended"), "the page loads again");
}

#[tokio::test]
async fn proxies_do_not_buffer_a_stream() {
    let test = TestApp::alone().await;
    let stream = test.signed_in(test.person()).await.get("/activity/stream").await;
    assert_eq!(stream.headers()["x-accel-buffering"], "no");
    assert_eq!(stream.headers()["cache-control"], "no-cache, no-transform");
}

/// The headlines of a part of a page, in its order.
fn headlines(part: &str) -> Vec<usize> {
    part.split("Headline ").skip(1).map(|rest| rest[..3].parse().expect("a number")).collect()
}

async fn see(test: &TestApp, person: TestPerson, numbers: std::ops::Range<usize>) {
    for number in numbers {
        test.clock.advance(chrono::Duration::seconds(1));
        let seen = events::delivery(test, person, DeliveryKind::Impression, &format!("Headline {number:03}"));
        test.consume(&seen).await.expect("consumed");
    }
}

/// Follows the links to older activities of an open page, from its live part on.
async fn all_headlines(browser: &Browser, live: &str) -> Vec<usize> {
    let mut numbers = headlines(live);
    let mut part = live.to_owned();
    while part.contains("/activity?before=") {
        part = browser.get(&attribute(&part, "hx-get")).await.text().await.expect("lines");
        numbers.extend(headlines(&part));
    }
    numbers
}

#[tokio::test]
async fn every_activity_that_arrives_at_an_open_page_can_be_reached() {
    let test = TestApp::alone().await;
    let mina = test.person();
    see(&test, mina, 0..25).await;
    let browser = test.signed_in(mina).await;
    let page = browser.get("/").await.text().await.expect("a page");
    see(&test, mina, 25..135).await;
    let live = Events::open(&browser, &attribute(&page, "sse-connect")).await.next().await.expect("at once");
    assert_eq!(headlines(&live).len(), 100);
    assert!(live.contains("hx-target=\"#older\"") && page.contains("<div id=\"older\">"), "replaces the older part");
    assert_eq!(all_headlines(&browser, &live).await, (0..135).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn an_activity_that_arrives_late_can_be_reached() {
    let test = TestApp::alone().await;
    let mina = test.person();
    see(&test, mina, 0..25).await;
    let browser = test.signed_in(mina).await;
    let page = browser.get("/").await.text().await.expect("a page");
    let connect = attribute(&page, "sse-connect");
    let live = Events::open(&browser, &connect).await.next().await.expect("at once");
    assert!(!live.contains("/activity?before="), "the page has the link to older activities");

    test.clock.advance(-chrono::Duration::hours(1));
    see(&test, mina, 900..901).await;
    test.clock.advance(chrono::Duration::hours(1));
    let live = Events::open(&browser, &connect).await.next().await.expect("at once");
    let expected: Vec<_> = (0..25).rev().chain([900]).collect();
    assert_eq!(all_headlines(&browser, &live).await, expected);
}

#[tokio::test]
async fn a_stream_ends_when_the_process_drains() {
    let test = TestApp::alone().await;
    let browser = test.signed_in(test.person()).await;
    let mut stream = Events::open(&browser, "/activity/stream").await;
    stream.next().await.expect("at once");
    test.app.draining.cancel();
    assert_eq!(stream.next().await, None);
}

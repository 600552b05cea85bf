use std::sync::Arc;

use reqwest::{Response, StatusCode, header::ACCEPT};

use super::{End, received};
use crate::{
    browser::unavailable,
    kinds,
    person::Person,
    retry::{CallError, Idempotency, with_retry},
    work::Work,
};

/// Follows the event stream as an open page does, without end. Each event holds the newest lines.
pub async fn page_stream(work: Arc<Work>, person: Arc<Person>) {
    let mut ended = End::new();
    loop {
        let done = with_retry(Idempotency::Idempotent, || async {
            let request = person.browser.streams().get(work.addresses.mypage.join("/activity/stream"));
            let answer = request.header(ACCEPT, "text/event-stream").send().await?;
            unavailable(answer.status())?;
            match answer.status() {
                StatusCode::OK => Ok(answer),
                other => Err(CallError::permanent(other.to_string())),
            }
        })
        .await;
        work.meter.record(kinds::PAGE_STREAM, ended.outcome(done.retried, done.result.as_ref().err()));
        ended = match done.result {
            Ok(answer) => {
                received(&person).page_streams += 1;
                End::of(read_page(&person, answer).await)
            }
            Err(_recorded) => End::after_pause().await,
        };
    }
}

/// Reads events, which are separated by an empty line.
async fn read_page(person: &Person, mut answer: Response) -> Result<(), CallError> {
    let mut text = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        text.extend_from_slice(&chunk);
        while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = text.drain(..end + 2).collect();
            received(person).page(&String::from_utf8_lossy(&event));
        }
    }
    Ok(())
}

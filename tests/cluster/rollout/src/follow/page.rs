use std::sync::Arc;

use reqwest::{Response, StatusCode, header::ACCEPT};

use super::{End, of};
use crate::{
    kinds,
    ordinary::{Trouble, Twice, ordinary},
    person::Person,
    visit::unavailable,
    work::Work,
};

/// Follows as an open page does, for ever: each event has the newest lines as they are then.
pub async fn page_stream(work: Arc<Work>, person: Arc<Person>) {
    let mut ended = End::new();
    loop {
        let done = ordinary(Twice::Harmless, || async {
            let request = person.browser.streams().get(work.places.mypage.join("/activity/stream"));
            let answer = request.header(ACCEPT, "text/event-stream").send().await?;
            unavailable(answer.status())?;
            match answer.status() {
                StatusCode::OK => Ok(answer),
                other => Err(Trouble::answer(other.to_string())),
            }
        })
        .await;
        work.meter.record(kinds::PAGE_STREAM, ended.outcome(done.retried, done.result.as_ref().err()));
        ended = match done.result {
            Ok(answer) => {
                of(&person).page_streams += 1;
                End::of(read_page(&person, answer).await)
            }
            Err(_noticed) => End::after_pause().await,
        };
    }
}

/// Events of a stream are parted by an empty line.
async fn read_page(person: &Person, mut answer: Response) -> Result<(), Trouble> {
    let mut text = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        text.extend_from_slice(&chunk);
        while let Some(end) = text.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = text.drain(..end + 2).collect();
            of(person).page(&String::from_utf8_lossy(&event));
        }
    }
    Ok(())
}

use std::sync::Arc;

use contracts::{
    convert::datetime,
    mypage::v1::{WatchActivityRequest, WatchActivityResponse},
};
use tonic::Streaming;

use super::{End, received};
use crate::{
    kinds,
    meter::Outcome,
    peers,
    person::Person,
    retry::{CallError, Idempotency, with_retry},
    work::Work,
};

/// Follows the timeline by gRPC, without end.
pub async fn watch(work: Arc<Work>, person: Arc<Person>) {
    let mut ended = End::new();
    loop {
        let open = with_retry(Idempotency::Idempotent, || async {
            let message = WatchActivityRequest { after_cursor: received(&person).cursor.clone() };
            let mut client = work.peers.mypage.clone();
            peers::open(&person.token(), message, async move |request| client.watch_activity(request).await).await
        });
        let done = open.await;
        work.meter.record(kinds::WATCH, ended.outcome(done.retried, done.result.as_ref().err()));
        ended = match done.result {
            Ok(stream) => {
                received(&person).streams += 1;
                End::of(read(&work, &person, stream).await)
            }
            Err(_recorded) => End::after_pause().await,
        };
    }
}

async fn read(work: &Work, person: &Person, mut stream: Streaming<WatchActivityResponse>) -> Result<(), CallError> {
    while let Some(message) = stream.message().await? {
        let Some(activity) = message.activity else { continue };
        let happened = datetime(activity.occurred_at).unwrap_or_default();
        let took = (work.clock.now() - happened).to_std().unwrap_or_default();
        received(person).line(&activity);
        work.meter.record(kinds::EVENT, Outcome { took, ..Outcome::default() });
    }
    Ok(())
}

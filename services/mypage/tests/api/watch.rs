//! Tests of WatchActivity.

use contracts::{
    ad::v1::DeliveryKind,
    mypage::v1::{WatchActivityRequest, WatchActivityResponse, my_page_client::MyPageClient},
};
use tokio_util::sync::CancellationToken;
use tonic::Streaming;

use crate::{api::Api, events, harness::TestApp};

/// The subject and the cursor of the next activity.
async fn next(stream: &mut Streaming<WatchActivityResponse>) -> Option<(String, String)> {
    let message = tokio::time::timeout(std::time::Duration::from_secs(20), stream.message()).await;
    let line = message.expect("a line before the timeout").expect("a line")?.activity.expect("an activity");
    Some((line.subject, line.cursor))
}

#[tokio::test]
async fn a_watcher_resumes_after_its_cursor_without_gaps() {
    let test = TestApp::alone().await;
    let mina = test.person();
    tokio::spawn(test.app.live.clone().run(test.app.db.app().clone(), CancellationToken::new()));
    let see = async |headline: &str| {
        test.consume(&events::delivery(&test, mina, DeliveryKind::Impression, headline)).await.expect("consumed");
    };
    see("before").await;
    let api = Api::of(&test, mina, &[]);
    let mut client = MyPageClient::connect(api.grpc().await).await.expect("connected");
    let mut watch = async |after_cursor: String| {
        let request = api.grpc_request(WatchActivityRequest { after_cursor });
        client.watch_activity(request).await.expect("a stream").into_inner()
    };

    let mut stream = watch(String::new()).await;
    see("first").await;
    let (subject, cursor) = next(&mut stream).await.expect("a line");
    assert_eq!(subject, "first", "new ones only");
    drop(stream);

    // A delayed event, with a time before the cursor, is not missed.
    test.clock.advance(-chrono::Duration::hours(1));
    see("late").await;
    test.clock.advance(chrono::Duration::hours(1));
    see("second").await;
    let mut stream = watch(cursor).await;
    assert_eq!(next(&mut stream).await.expect("a line").0, "late");
    assert_eq!(next(&mut stream).await.expect("a line").0, "second");
    see("third").await;
    assert_eq!(next(&mut stream).await.expect("a line").0, "third");

    test.app.draining.cancel();
    assert_eq!(next(&mut stream).await, None, "ends when the server drains");
}

#[tokio::test]
async fn an_invalid_cursor_is_rejected() {
    let test = TestApp::alone().await;
    let api = Api::of(&test, test.person(), &[]);
    let mut client = MyPageClient::connect(api.grpc().await).await.expect("connected");
    for after_cursor in ["nonsense".to_owned(), chassis::http::Cursor::from(uuid::Uuid::nil()).to_string()] {
        let refused = client.watch_activity(api.grpc_request(WatchActivityRequest { after_cursor })).await;
        assert_eq!(refused.expect_err("refused").code(), tonic::Code::InvalidArgument);
    }
}

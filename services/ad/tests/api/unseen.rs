//! Links that are opened while no person is looking.

use ad::usecase::store_refusals::store_refusals;
use contracts::ad::v1::DeliveryRecorded;
use reqwest::{Method, Response};
use serde_json::json;

use crate::harness::TestApp;

/// Requests that no person looks at, by their method and a header.
const UNSEEN: [(Method, &str, &str); 14] = [
    (Method::HEAD, "accept", "*/*"),
    (Method::GET, "sec-purpose", "prefetch"),
    (Method::GET, "sec-purpose", "prefetch;prerender"),
    (Method::GET, "sec-purpose", "\"prefetch\""),
    (Method::GET, "purpose", "prefetch"),
    (Method::GET, "x-moz", "prefetch"),
    (Method::GET, "user-agent", "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"),
    (Method::GET, "user-agent", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"),
    (Method::GET, "user-agent", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)"),
    (Method::GET, "user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
    (
        Method::GET,
        "user-agent",
        "facebookexternalhit/1.1; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/t/scrap/33984",
    ),
    (Method::GET, "user-agent", "kakaotalk-scrap/1.0"),
    (Method::GET, "user-agent", "line-poker/1.0"),
    (Method::GET, "user-agent", "Daumoa/4.0"),
];

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

async fn open(test: &TestApp, path: &str, (method, name, value): (Method, &str, &str)) -> Response {
    test.request(method, path, "").header(name, value).send().await.expect("an answer")
}

/// The status, and the headers that the product sets.
fn head(answer: &Response) -> (u16, Vec<Option<String>>) {
    let names = ["location", "content-type", "cache-control"];
    let text = |name| answer.headers().get(name).map(|value| value.to_str().expect("text").to_owned());
    (answer.status().as_u16(), names.map(text).to_vec())
}

#[tokio::test]
async fn a_link_that_no_person_opens_gets_the_same_answer_and_counts_nothing() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let token = test.app.links.token(&test.serve(&tenant, &tenant, id, 100));
    let open_both = async |request: (Method, &str, &str)| {
        let impression = open(&test, &format!("/i/{token}"), request.clone()).await;
        [head(&impression), head(&open(&test, &format!("/c/{token}"), request).await)]
    };
    let mut unseen = vec![];
    for request in UNSEEN {
        unseen.push(open_both(request).await);
    }
    assert_eq!(test.count("SELECT count(*) FROM delivery").await, 0);
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 0);
    assert!(test.usage().await.is_empty());
    assert!(test.published::<DeliveryRecorded>().await.is_empty());

    let seen = open_both((Method::GET, "user-agent", FIREFOX)).await;
    assert_eq!(seen[1].1[0].as_deref(), Some("https://travel.example/jeju"));
    assert!(unseen.iter().all(|answers| *answers == seen), "{unseen:?}");
    assert_eq!(test.usage().await.len(), 3, "the person's impression, click and its price are billed");
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 1);
}

#[tokio::test]
async fn an_invalid_or_expired_link_leads_no_robot_on() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let token = test.app.links.token(&test.serve(&tenant, &tenant, id, 100));
    test.clock.advance(chrono::Duration::hours(24));
    for request in UNSEEN {
        for (token, status) in [("made-up", 404), (token.as_str(), 410)] {
            let answer = open(&test, &format!("/c/{token}"), request.clone()).await;
            assert_eq!((answer.status().as_u16(), answer.headers().get("location")), (status, None), "{request:?}");
        }
    }
}

#[tokio::test]
async fn refused_clicks_are_stored_by_campaign_day_and_reason() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    let serve = test.serve(&tenant, &tenant, id, 100);
    let path = format!("/c/{}", test.app.links.token(&serve));
    for request in UNSEEN {
        open(&test, &path, request).await;
    }
    // Before its impression, and of a link that no campaign is known of.
    for path in [path.as_str(), "/c/made-up"] {
        test.browse(path).await;
    }
    store_refusals(&test.app).await.expect("stored");
    test.clock.advance(chrono::Duration::hours(24));
    for _ in 0..2 {
        assert_eq!(test.browse(&path).await.status(), 410);
        store_refusals(&test.app).await.expect("stored");
    }
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as("SELECT reason, count, (day - min(day) OVER ())::bigint FROM refusal ORDER BY reason")
            .fetch_all(&test.superuser)
            .await
            .expect("refusals");
    let row = |reason: &str, count, days| (reason.to_owned(), count, days);
    assert_eq!(rows, [row("expired", 2, 1), row("no_impression", 1, 0), row("prefetch", 5, 0), row("robot", 9, 0)]);
    assert_eq!(test.count("SELECT count(*) FROM delivery").await, 0);
}

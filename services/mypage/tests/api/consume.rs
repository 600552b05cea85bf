//! Tests of the event handlers: duplicates, older versions, and events after an erasure.

use chassis::consumer::{ConsumeError, Outcome};
use contracts::{
    ad::v1::{DeliveryKind, DeliveryRecorded},
    login::v1::{SessionState, UserChanged, UserStatus},
    mypage::v1::PreferencesChanged,
};
use serde_json::json;

use crate::{api::Api, events, harness::TestApp};

#[tokio::test]
async fn a_duplicate_event_is_stored_once() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let seen = test.envelope(&events::delivery(&test, mina, DeliveryKind::Impression, "Read more"));
    let consumer = test.consumer();
    let first = consumer.accept("ad.delivery.v1", seen.clone()).await.expect("consumed");
    let second = consumer.accept("ad.delivery.v1", seen.clone()).await.expect("consumed");
    assert_eq!((first, second), (Outcome::Handled, Outcome::Duplicate));

    // A duplicate has no effect even after the inbox has been swept.
    sqlx::query("DELETE FROM inbox").execute(&test.superuser).await.expect("swept");
    assert_eq!(consumer.accept("ad.delivery.v1", seen).await.expect("consumed"), Outcome::Handled);
    let (_, page) = Api::of(&test, mina, &[]).get("/v1/activities").await;
    assert_eq!(page["items"].as_array().expect("items").len(), 1);
}

#[tokio::test]
async fn an_older_version_changes_nothing() {
    let test = TestApp::alone().await;
    let mina = test.person();
    for (name, version) in [("Second", 2), ("First", 1), ("Twin", 2)] {
        test.consume(&events::user(mina, name, version)).await.expect("consumed");
        test.consume(&events::tenant(mina.tenant, name, version)).await.expect("consumed");
    }
    let (_, page) = Api::of(&test, mina, &[]).get("/v1/me").await;
    assert_eq!(
        (&page["profile"]["display_name"], &page["profile"]["tenant_name"]),
        (&"Second".into(), &"Second".into())
    );
}

#[tokio::test]
async fn the_timeline_is_sorted_by_time_not_by_arrival() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let at = events::time;
    for (state, time) in [
        (SessionState::Ended, at("2026-11-20T12:00:00Z")),
        (SessionState::Active, at("2026-11-20T09:00:00Z")),
        (SessionState::Active, at("2026-11-21T09:00:00Z")),
    ] {
        test.consume(&events::session(mina, state, time)).await.expect("consumed");
    }
    let api = Api::of(&test, mina, &[]);
    let (_, first) = api.get("/v1/activities?limit=2").await;
    let times = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().expect("items");
        items.iter().map(|item| item["occurred_at"].as_str().expect("a time").to_owned()).collect()
    };
    assert_eq!(times(&first), ["2026-11-21T09:00:00Z", "2026-11-20T12:00:00Z"]);
    assert_eq!(first["items"][1]["kind"], "signed_out");
    assert_eq!(first["items"][1]["subject"], "Firefox on Linux");
    let cursor = first["next_cursor"].as_str().expect("more");
    let (_, second) = api.get(&format!("/v1/activities?limit=2&cursor={cursor}")).await;
    assert_eq!((times(&second), &second["next_cursor"]), (vec!["2026-11-20T09:00:00Z".to_owned()], &json!(null)));

    let (status, body) = api.get("/v1/activities?cursor=nonsense").await;
    assert_eq!((status, &body["errors"][0]["field"]), (422, &json!("cursor")));
}

#[tokio::test]
async fn an_erased_person_stays_erased_when_older_events_arrive() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    let api = Api::of(&test, mina, &[]);
    test.consume(&events::user(mina, "Mina", 1)).await.expect("consumed");
    api.put("/v1/preferences", json!({ "interests": ["music"], "ad_consent": true })).await;

    let tombstone = test.tombstone::<UserChanged>(&mina.user.to_string(), mina.tenant);
    test.consumer().accept("login.user.v1", tombstone).await.expect("consumed");
    for table in ["profile", "preferences", "activity", "web_session", "web_session_key"] {
        let query = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let rows: i64 = sqlx::query_scalar(query).fetch_one(&test.superuser).await.expect("a count");
        assert_eq!(rows, 0, "{table}");
    }
    assert_eq!(test.published::<PreferencesChanged>().await.last(), Some(&None), "a tombstone is published");

    // Events that were delayed arrive after the erasure.
    test.consume(&events::user(mina, "Mina", 2)).await.expect("consumed");
    test.consume(&events::delivery(&test, mina, DeliveryKind::Click, "Read more")).await.expect("consumed");
    let (status, body) = api.put("/v1/preferences", json!({ "interests": [], "ad_consent": false })).await;
    assert_eq!((status, &body["code"]), (410, &json!("person_erased")));
    let (_, page) = api.get("/v1/me").await;
    assert_eq!((&page["activities"], &page["profile"]["email"]), (&json!([]), &json!("")));
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
}

#[tokio::test]
async fn a_tombstone_of_a_wrong_tenant_loses_nothing() {
    let test = TestApp::alone().await;
    let (mina, joon) = (test.person(), test.person());
    let wrong = || test.tombstone::<UserChanged>(&mina.user.to_string(), joon.tenant);
    test.consumer().accept("login.user.v1", wrong()).await.expect("nothing is known of the person yet");
    let state = events::user(mina, "Mina", 1);
    test.consume(&state).await.expect_err("a dead letter, which replay reads again");
    let right = test.tombstone::<UserChanged>(&mina.user.to_string(), mina.tenant);
    test.consumer().accept("login.user.v1", right).await.expect_err("a dead letter, too");

    sqlx::query("DELETE FROM person WHERE tenant_id = $1")
        .bind(joon.tenant)
        .execute(&test.superuser)
        .await
        .expect("deleted");
    test.consume(&state).await.expect("consumed");
    test.consumer().accept("login.user.v1", wrong()).await.expect_err("the person is of another tenant");
    let (_, page) = Api::of(&test, mina, &[]).get("/v1/me").await;
    assert_eq!(page["profile"]["display_name"], "Mina");
}

#[tokio::test]
async fn a_suspended_person_is_signed_out() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let browser = test.signed_in(mina).await;
    let mut suspended = events::user(mina, "Mina", 2);
    suspended.user.as_mut().expect("a user").status = UserStatus::Suspended.into();
    test.consume(&suspended).await.expect("consumed");
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
}

#[tokio::test]
async fn an_invalid_event_is_rejected_without_retry() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let refused = async |event: DeliveryRecorded| {
        let outcome = test.consume(&event).await;
        assert!(matches!(outcome, Err(ConsumeError::Invalid(_))), "{outcome:?}");
    };
    refused(events::delivery(&test, mina, DeliveryKind::Unspecified, "x")).await;
    refused(DeliveryRecorded { viewer_user_id: "x".into(), ..events::delivery(&test, mina, DeliveryKind::Click, "x") })
        .await;
    refused(DeliveryRecorded { occurred_at: None, ..events::delivery(&test, mina, DeliveryKind::Click, "x") }).await;
    let mut foreign = test.envelope(&events::delivery(&test, mina, DeliveryKind::Click, "x"));
    foreign.tenant_id = test.person().tenant;
    let outcome = test.consumer().accept("ad.delivery.v1", foreign).await;
    assert!(matches!(outcome, Err(ConsumeError::Invalid(_))), "another tenant's envelope: {outcome:?}");
}

#[tokio::test]
async fn an_event_of_another_tenant_than_its_envelope_is_rejected_on_every_topic() {
    let test = TestApp::alone().await;
    let (mina, now, other) = (test.person(), test.clock.now(), test.person().tenant);
    let id = chassis::id::new_uuid(&test.clock);
    let record = || Some(events::usage(&test, mina.tenant, "ad.clicks", 1, "2026-11-15T00:00:00Z"));
    let all = [
        ("login.user.v1", test.envelope(&events::user(mina, "Mina", 1))),
        ("login.tenant.v1", test.envelope(&events::tenant(mina.tenant, "Hangang", 1))),
        ("login.session.v1", test.envelope(&events::session(mina, SessionState::Ended, now))),
        ("ad.delivery.v1", test.envelope(&events::delivery(&test, mina, DeliveryKind::Click, "x"))),
        ("ad.campaign.v1", test.envelope(&events::campaign(id, mina.tenant, "Beans", 1, now))),
        ("ad.usage.v1", test.envelope(&contracts::ad::v1::UsageRecorded { record: record() })),
        ("login.usage.v1", test.envelope(&contracts::login::v1::UsageRecorded { record: record() })),
        ("mypage.usage.v1", test.envelope(&contracts::mypage::v1::UsageRecorded { record: record() })),
    ];
    let topics: Vec<_> = all.iter().map(|(topic, _)| *topic).collect();
    assert!(test.consumer().topics().iter().all(|topic| topics.contains(topic)), "each consumed topic");
    for (topic, mut envelope) in all {
        envelope.tenant_id = other;
        let outcome = test.consumer().accept(topic, envelope).await;
        let refused = matches!(&outcome, Err(ConsumeError::Invalid(why)) if why.contains("ce_tenantid"));
        assert!(refused, "{topic}: {outcome:?}");
    }
}

//! Tests of the event handlers: older versions, invalid events, erasure.

use ad::{domain::delivery::DeliveryKind, error::Error, usecase::record_delivery::record_delivery};
use chassis::{consumer::ConsumeError, id::TenantId};
use contracts::{
    common::v1::Interest,
    login::v1::{User, UserChanged},
    mypage::v1::PreferencesChanged,
};
use serde_json::json;

use crate::{
    events,
    harness::{TestApp, path_of},
};

#[tokio::test]
async fn the_consumer_has_a_handler_for_each_topic_in_reads() {
    let test = TestApp::start().await;
    let mut reads: Vec<_> = ad::events::READS.iter().map(|topic| topic.name).collect();
    reads.sort_unstable();
    assert_eq!(test.consumer().topics(), reads);
}

#[tokio::test]
async fn an_older_version_of_a_tenant_is_ignored() {
    let test = TestApp::start().await;
    let id = TenantId::new(&test.clock);
    for (name, version) in [("Old name", 1), ("New name", 3), ("Late name", 2)] {
        test.consume(&events::tenant(id, name, "KRW", version)).await.expect("consumed");
    }
    let name: String =
        sqlx::query_scalar("SELECT name FROM tenant").fetch_one(&test.superuser).await.expect("a tenant");
    assert_eq!(name, "New name");
}

#[tokio::test]
async fn a_tenant_with_an_unknown_time_zone_is_invalid_and_not_retried() {
    let test = TestApp::start().await;
    let mut tenant = events::tenant(TenantId::new(&test.clock), "Olympus", "KRW", 1);
    tenant.time_zone = "Mars/Olympus".into();
    let refused = test.consume(&tenant).await.expect_err("refused");
    assert!(matches!(refused, ConsumeError::Invalid(_)), "{refused}");
}

#[tokio::test]
async fn the_newest_preferences_are_stored_until_a_tombstone() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    test.consume(&events::preferences(&tenant, &[Interest::Music], true, 2)).await.expect("consumed");
    test.consume(&events::preferences(&tenant, &[Interest::Travel], true, 1)).await.expect("consumed");
    let interests: Vec<String> = sqlx::query_scalar("SELECT interests FROM viewer_preferences")
        .fetch_one(&test.superuser)
        .await
        .expect("preferences");
    assert_eq!(interests, ["music"]);

    test.consume_tombstone::<PreferencesChanged>(tenant.member, tenant.id).await;
    assert_eq!(test.count("SELECT count(*) FROM viewer_preferences").await, 0);
}

#[tokio::test]
async fn an_erased_person_is_removed_and_the_counts_stay() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let id = test.campaign(&tenant, json!({})).await;
    test.consume(&events::preferences(&tenant, &[Interest::Music], true, 1)).await.expect("consumed");
    let ad = test.select(&tenant.member_token, "ko").await.ads.remove(0);
    test.browse(path_of(&ad.impression_url)).await;
    assert_eq!(test.browse(path_of(&ad.click_url)).await.status(), 303);

    test.consume_tombstone::<UserChanged>(tenant.member, tenant.id).await;
    assert_eq!(test.count("SELECT count(*) FROM viewer_preferences").await, 0);
    assert_eq!(test.count("SELECT count(*) FROM delivery WHERE viewer_user_id IS NOT NULL").await, 0);
    assert_eq!(test.count("SELECT count(*) FROM delivery").await, 2);
    assert_eq!(test.count("SELECT count(*) FROM charge").await, 1);

    // Later events and clicks of the person change nothing.
    test.consume(&events::preferences(&tenant, &[Interest::Music], true, 9)).await.expect("consumed");
    assert_eq!(test.count("SELECT count(*) FROM viewer_preferences").await, 0);
    let late = test.serve(&tenant, &tenant, id, 100);
    let refused = record_delivery(&test.app, DeliveryKind::Click, &late).await;
    assert!(matches!(refused, Err(Error::LinkExpired)));
}

#[tokio::test]
async fn a_users_profile_is_not_stored() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let user = User {
        user_id: tenant.member.to_string(),
        tenant_id: tenant.id.to_string(),
        email: "mina@hangang.example".into(),
        ..User::default()
    };
    test.consume(&UserChanged { user: Some(user), version: 1, changed_at: None }).await.expect("consumed");
    assert_eq!(test.count("SELECT count(*) FROM viewer_preferences").await, 0);
    assert_eq!(test.count("SELECT count(*) FROM erased_viewer").await, 0);
}

//! What ad does about events of the others.

use ad::domain::serve::Kind;
use ad::error::Error;
use ad::usecase::record_delivery::record_delivery;
use chassis::consumer::ConsumeError;
use chassis::event::{Envelope, Event, EventId};
use chassis::id::TenantId;
use contracts::common::v1::Interest;
use contracts::login::v1::{TenantChanged, User, UserChanged};
use contracts::mypage::v1::PreferencesChanged;
use serde_json::json;

use crate::app::{TestApp, path_of, tenant_changed};
use crate::selection::preferences;

#[tokio::test]
async fn ad_hears_what_it_says_it_reads() {
    let app = TestApp::start().await;
    let mut reads: Vec<_> = ad::events::READS.iter().map(|topic| topic.name).collect();
    reads.sort_unstable();
    assert_eq!(app.app.consumer().topics(), reads);
}

#[tokio::test]
async fn an_older_version_of_a_tenant_is_ignored() {
    let app = TestApp::start().await;
    let id = TenantId::new(&app.clock);
    for (name, version) in [("Old name", 1), ("New name", 3), ("Late name", 2)] {
        app.hear(tenant_changed(id, name, "KRW", version)).await;
    }
    let name: String = sqlx::query_scalar("SELECT name FROM tenant").fetch_one(&app.all).await.expect("a tenant");
    assert_eq!(name, "New name");
}

#[tokio::test]
async fn a_tenant_nobody_can_tell_the_day_of_is_refused_at_once() {
    let app = TestApp::start().await;
    let id = TenantId::new(&app.clock);
    let mut tenant = tenant_changed(id, "Olympus", "KRW", 1);
    tenant.time_zone = "Mars/Olympus".into();
    let event = Envelope {
        id: EventId::new(&app.clock),
        key: id.to_string(),
        kind: "login.v1.TenantChanged".into(),
        source: "test".into(),
        time: app.clock.now(),
        tenant_id: id,
        traceparent: None,
        payload: Some(prost::Message::encode_to_vec(&tenant)),
    };
    let refused = app.app.consumer().accept(TenantChanged::TOPIC.name, event).await.expect_err("refused");
    assert!(matches!(refused, ConsumeError::Invalid(_)), "{refused}");
}

#[tokio::test]
async fn preferences_are_kept_in_their_newest_version_until_they_are_erased() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    app.hear(preferences(&tenant, &[Interest::Music], true, 2)).await;
    app.hear(preferences(&tenant, &[Interest::Travel], true, 1)).await;
    let interests: Vec<String> =
        sqlx::query_scalar("SELECT interests FROM viewer_preferences").fetch_one(&app.all).await.expect("preferences");
    assert_eq!(interests, ["music"]);

    app.hear_tombstone::<PreferencesChanged>(&tenant.member.to_string(), tenant.id).await;
    assert_eq!(app.count("SELECT count(*) FROM viewer_preferences").await, 0);
}

#[tokio::test]
async fn an_erased_person_is_forgotten_and_the_counts_stay() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let id = app.campaign(&tenant, json!({})).await;
    app.hear(preferences(&tenant, &[Interest::Music], true, 1)).await;
    let ad = app.select(&tenant.member_token, "ko").await.ads.remove(0);
    app.browse(path_of(&ad.impression_url)).await;
    assert_eq!(app.browse(path_of(&ad.click_url)).await.status(), 303);

    app.hear_tombstone::<UserChanged>(&tenant.member.to_string(), tenant.id).await;
    assert_eq!(app.count("SELECT count(*) FROM viewer_preferences").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM delivery WHERE viewer_user_id IS NOT NULL").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM delivery").await, 2);
    assert_eq!(app.count("SELECT count(*) FROM charge").await, 1);

    // What still comes in for the person changes nothing.
    app.hear(preferences(&tenant, &[Interest::Music], true, 9)).await;
    assert_eq!(app.count("SELECT count(*) FROM viewer_preferences").await, 0);
    let late = app.serve(&tenant, &tenant, id, 100);
    let refused = record_delivery(&app.app.db, &app.clock, Kind::Click, &late).await;
    assert!(matches!(refused, Err(Error::LinkExpired)));
}

#[tokio::test]
async fn of_people_who_live_ad_keeps_nothing() {
    let app = TestApp::start().await;
    let tenant = app.tenant("Hangang", "KRW").await;
    let user = User {
        user_id: tenant.member.to_string(),
        tenant_id: tenant.id.to_string(),
        email: "mina@hangang.example".into(),
        ..User::default()
    };
    app.hear(UserChanged { user: Some(user), version: 1, changed_at: None }).await;
    assert_eq!(app.count("SELECT count(*) FROM viewer_preferences").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM erased_viewer").await, 0);
}

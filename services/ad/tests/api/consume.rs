//! Tests of the event handlers: older versions, invalid events, erasure.

use ad::{domain::delivery::DeliveryKind, error::Error, usecase::record_delivery::record_delivery};
use chassis::{consumer::ConsumeError, id::TenantId};
use contracts::{
    common::v1::Interest,
    login::v1::{TenantChanged, TenantStatus, User, UserChanged},
    mypage::v1::PreferencesChanged,
};
use serde_json::json;

use crate::{events, harness::TestApp, requests::path_of};

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
async fn a_state_takes_effect_although_fields_of_it_are_not_known() {
    let test = TestApp::start().await;
    let (olympus, acme) = (test.tenant("Olympus", "KRW").await, test.tenant("Acme", "KRW").await);
    let id = test.campaign(&olympus, json!({})).await;
    let later = TenantChanged {
        name: "Olympus\0 Mons".into(),
        time_zone: "Mars/Olympus".into(),
        locale: "mars-Latn".into(),
        currency_code: "MRS".into(),
        ..events::tenant(olympus.id, "Olympus", "KRW", 2)
    };
    test.consume(&later).await.expect("consumed");
    let ad = test.select(&acme.member_token, "ko").await.ads.remove(0);
    assert_eq!(ad.advertiser_name, "Olympus Mons");
    test.browse(path_of(&ad.impression_url)).await;
    assert_eq!(test.browse(path_of(&ad.click_url)).await.status(), 303);
    assert_eq!(test.get(&format!("/v1/campaigns/{id}"), &olympus.admin_token).await.0, 200);

    let suspended = TenantChanged { status: TenantStatus::Suspended.into(), version: 3, ..later.clone() };
    test.consume(&suspended).await.expect("the suspension is not missed");
    assert!(test.select(&acme.member_token, "ko").await.ads.is_empty());
    let unknown = TenantChanged { status: 99, version: 4, ..later };
    test.consume(&unknown).await.expect("consumed");
    assert_eq!(test.select(&acme.member_token, "ko").await.ads.len(), 1, "as an unspecified status: not suspended");
}

#[tokio::test]
async fn a_state_of_another_tenant_or_without_a_valid_version_is_refused() {
    let test = TestApp::start().await;
    let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
    let mut foreign = test.envelope(&events::tenant(hangang.id, "Stolen", "USD", 2));
    foreign.tenant_id = acme.id;
    let refused = test.consumer().accept("login.tenant.v1", foreign).await.expect_err("another tenant's envelope");
    assert!(matches!(refused, ConsumeError::Invalid(_)), "{refused}");
    // A state of the last version would hide all later ones.
    for version in [i64::MAX, 0, -1] {
        let refused = test.consume(&events::tenant(acme.id, "Last", "KRW", version)).await.expect_err("refused");
        assert!(matches!(&refused, ConsumeError::Invalid(why) if why.contains("version")), "{refused}");
        let refused = test.consume(&events::preferences(&acme, &[Interest::Music], true, version)).await;
        assert!(matches!(refused, Err(ConsumeError::Invalid(_))), "{refused:?}");
    }
    assert_eq!(test.count("SELECT count(*) FROM tenant WHERE name IN ('Stolen', 'Last')").await, 0);
}

#[tokio::test]
async fn interests_are_stored_once_each_and_unknown_ones_are_skipped() {
    let test = TestApp::start().await;
    let tenant = test.tenant("Hangang", "KRW").await;
    let mut preferences = events::preferences(&tenant, &[Interest::Music], true, 1);
    preferences.interests.extend([i32::from(Interest::Music); 10_000]);
    preferences.interests.extend([0, 99]);
    test.consume(&preferences).await.expect("consumed");
    assert_eq!(test.count("SELECT cardinality(interests)::bigint FROM viewer_preferences").await, 1);
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
async fn a_tombstone_of_a_wrong_tenant_does_not_keep_out_the_right_one() {
    let test = TestApp::start().await;
    for wrong_first in [true, false] {
        let (hangang, acme) = (test.tenant("Hangang", "KRW").await, test.tenant("Acme", "KRW").await);
        let id = test.campaign(&hangang, json!({})).await;
        let mut tenants = [hangang.id, acme.id];
        if wrong_first {
            tenants.reverse();
        }
        for tenant in tenants {
            test.consume_tombstone::<UserChanged>(hangang.member, tenant).await;
        }
        test.consume(&events::preferences(&hangang, &[Interest::Music], true, 9)).await.expect("consumed");
        assert_eq!(test.count("SELECT count(*) FROM viewer_preferences").await, 0, "wrong first: {wrong_first}");
        let late = test.serve(&hangang, &hangang, id, 100);
        let refused = record_delivery(&test.app, DeliveryKind::Click, &late).await;
        assert!(matches!(refused, Err(Error::LinkExpired)), "wrong first: {wrong_first}: {refused:?}");
    }
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

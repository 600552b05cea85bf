//! Frequency caps: how often a person sees a campaign on one day.

use ad::{domain::delivery::DeliveryKind, usecase::record_delivery::record_delivery};
use contracts::common::v1::Interest;
use serde_json::json;
use support::eventually;

use crate::{
    events,
    harness::{Tenant, TestApp},
    viewers::Replica,
};

const CAP: usize = 2;

async fn capped(test: &TestApp) -> Tenant {
    let tenant = test.tenant("Hangang", "KRW").await;
    test.campaign(&tenant, json!({ "frequency_cap": CAP })).await;
    test.consume(&events::preferences(&tenant, &[Interest::Travel], true, 1)).await.expect("consumed");
    tenant
}

/// Selects and shows ads until there is none. Returns their number.
async fn shows(replica: &Replica, tenant: &Tenant) -> usize {
    let mut shown = 0;
    for _ in 0..10 {
        for selected in replica.selected(tenant, tenant.member).await {
            record_delivery(&replica.app, DeliveryKind::Impression, &selected.serve).await.expect("recorded");
            shown += 1;
        }
    }
    shown
}

#[tokio::test]
async fn a_person_sees_a_campaign_as_often_as_its_cap_on_a_day() {
    let test = TestApp::start().await;
    let tenant = capped(&test).await;
    let replica = Replica::start(&test).await;
    assert_eq!(shows(&replica, &tenant).await, CAP);
    assert!(replica.selected(&tenant, tenant.admin).await.is_empty(), "not counted without consent, so not shown");
    // Another replica, and this one when it reads the person again, count what was shown.
    let other = Replica::start(&test).await;
    assert_eq!(shows(&other, &tenant).await, 0);
    test.clock.advance(chrono::Duration::minutes(1));
    assert_eq!(shows(&replica, &tenant).await, 0);

    test.clock.advance(chrono::Duration::days(1));
    replica.app.index.refresh().await.expect("an index");
    assert_eq!(shows(&replica, &tenant).await, CAP, "the next day");
    replica.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn three_replicas_show_a_campaign_at_most_three_times_as_often_as_its_cap() {
    let test = TestApp::start().await;
    let tenant = capped(&test).await;
    let replicas = [Replica::start(&test).await, Replica::start(&test).await, Replica::start(&test).await];
    // The worst case: each replica has read the person before the first impression.
    for replica in &replicas {
        eventually("the person", async || replica.app.viewers.find(tenant.id, tenant.member).await.map(drop)).await;
    }
    let mut shown = 0;
    for replica in &replicas {
        shown += shows(replica, &tenant).await;
    }
    // On a slow machine, a replica does not use its memory at times, and reads what the others showed.
    assert!((CAP..=3 * CAP).contains(&shown), "{shown}");
    test.clock.advance(chrono::Duration::minutes(1));
    for replica in &replicas {
        assert_eq!(shows(replica, &tenant).await, 0, "a minute later, each has read what the others showed");
    }
    for replica in replicas {
        replica.stop().await;
    }
}

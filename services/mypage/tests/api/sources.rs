//! Events and usage records with the same id: they are different where their source is, or their tenant.

use chassis::{
    auth::Role,
    event::{Envelope, EventId},
    id::TenantId,
};
use contracts::{
    ad,
    ad::v1::DeliveryKind,
    common::v1::UsageRecord,
    login,
    login::v1::{SessionChanged, SessionState},
};
use serde_json::{Value, json};

use crate::{api::Api, events, fake::oidc::TestPerson, harness::TestApp};

async fn accept(test: &TestApp, topic: &str, event: &Envelope) {
    test.consumer().accept(topic, event.clone()).await.expect("consumed");
}

/// The sweep of the inbox: what it knew of an event is forgotten.
async fn sweep_inbox(test: &TestApp) {
    sqlx::query("DELETE FROM inbox").execute(&test.superuser).await.expect("swept");
}

/// As if an older version had stored the rows.
async fn forget_sources(test: &TestApp) {
    for sql in ["UPDATE activity SET source = NULL", "UPDATE usage_record SET source = NULL"] {
        sqlx::query(sql).execute(&test.superuser).await.expect("updated");
    }
}

async fn kinds(test: &TestApp, person: TestPerson) -> Vec<String> {
    let (_, page) = Api::of(test, person, &[]).get("/v1/activities").await;
    let items = page["items"].as_array().expect("items");
    let mut kinds: Vec<_> = items.iter().map(|item| item["kind"].as_str().expect("a kind").to_owned()).collect();
    kinds.sort();
    kinds
}

fn session(test: &TestApp, person: TestPerson, state: SessionState) -> SessionChanged {
    events::session(person, state, test.clock.now())
}

#[tokio::test]
async fn an_event_with_the_id_of_another_source_is_on_the_timeline() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let signed_in = test.envelope(&session(&test, mina, SessionState::Active));
    let id = signed_in.id;
    let clicked = test.envelope(&events::delivery(&test, mina, DeliveryKind::Click, "Read more"));
    let signed_out = test.envelope(&session(&test, mina, SessionState::Ended));
    let all = [
        ("login.session.v1", signed_in),
        ("ad.delivery.v1", Envelope { id, ..clicked }),
        ("login.session.v1", Envelope { id, source: "other".into(), ..signed_out }),
    ];
    for _ in 0..2 {
        for (topic, event) in &all {
            accept(&test, topic, event).await;
        }
        assert_eq!(kinds(&test, mina).await, ["ad_clicked", "signed_in", "signed_out"], "each once");
        sweep_inbox(&test).await;
    }
    let ids: Vec<uuid::Uuid> = sqlx::query_scalar("SELECT activity_id FROM activity ORDER BY position")
        .fetch_all(&test.superuser)
        .await
        .expect("ids");
    assert_eq!(ids[0], id.as_uuid(), "the first one keeps the id, as in older versions");
}

#[tokio::test]
async fn an_event_with_the_id_of_another_tenants_activity_is_stored() {
    let test = TestApp::alone().await;
    let (mina, joon) = (test.person(), test.person());
    let id = EventId::new(&test.clock);
    for (person, source) in [(mina, "login"), (joon, "other")] {
        let event = test.envelope(&session(&test, person, SessionState::Active));
        accept(&test, "login.session.v1", &Envelope { id, source: source.into(), ..event }).await;
    }
    assert_eq!((kinds(&test, mina).await.len(), kinds(&test, joon).await.len()), (1, 1));
}

#[tokio::test]
async fn an_activity_of_an_older_version_is_recognised() {
    let test = TestApp::alone().await;
    let mina = test.person();
    let clicked = test.envelope(&events::delivery(&test, mina, DeliveryKind::Click, "Read more"));
    accept(&test, "ad.delivery.v1", &clicked).await;
    forget_sources(&test).await;
    sweep_inbox(&test).await;
    accept(&test, "ad.delivery.v1", &clicked).await;
    assert_eq!(kinds(&test, mina).await, ["ad_clicked"], "a duplicate");
    let signed_in = test.envelope(&session(&test, mina, SessionState::Active));
    accept(&test, "login.session.v1", &Envelope { id: clicked.id, ..signed_in }).await;
    assert_eq!(kinds(&test, mina).await, ["ad_clicked", "signed_in"]);
}

async fn used(test: &TestApp, tenant: TenantId) -> Value {
    let boss = test.person_of(tenant);
    let (status, usage) = Api::of(test, boss, &[Role::Admin]).get("/v1/usage?month=2026-11").await;
    assert_eq!(status, 200, "{usage}");
    let lines = usage["lines"].as_array().expect("lines").iter();
    lines.filter(|line| line["quantity"] != 0).map(|line| json!([line["metric"], line["quantity"]])).collect()
}

#[tokio::test]
async fn a_usage_record_with_the_id_of_another_source_or_tenant_is_billed() {
    let test = TestApp::alone().await;
    let (tenant, foreign) = (test.person().tenant, test.person().tenant);
    let first = events::usage(&test, tenant, "login.sign_ins", 1, "2026-11-15T00:00:00Z");
    let record = |tenant: TenantId, metric: &str, quantity| {
        let tenant_id = tenant.to_string();
        Some(UsageRecord { tenant_id, metric: metric.into(), quantity, ..first.clone() })
    };
    let sign_ins = |tenant, quantity| login::v1::UsageRecorded { record: record(tenant, "login.sign_ins", quantity) };
    let clicks = |tenant, quantity| ad::v1::UsageRecorded { record: record(tenant, "ad.clicks", quantity) };
    for _ in 0..2 {
        // Each time as new events: a product repeats its records.
        test.consume(&sign_ins(tenant, 1)).await.expect("consumed");
        test.consume(&clicks(tenant, 2)).await.expect("consumed");
        let other = Envelope { source: "other".into(), ..test.envelope(&sign_ins(tenant, 10)) };
        accept(&test, "login.usage.v1", &other).await;
        test.consume(&clicks(foreign, 5)).await.expect("consumed");
        test.consume(&sign_ins(foreign, 7)).await.expect("consumed");
        assert_eq!(used(&test, tenant).await, json!([["login.sign_ins", 11], ["ad.clicks", 2]]));
        assert_eq!(used(&test, foreign).await, json!([["login.sign_ins", 7], ["ad.clicks", 5]]));
    }
}

#[tokio::test]
async fn a_usage_record_of_an_older_version_is_recognised() {
    let test = TestApp::alone().await;
    let tenant = test.person().tenant;
    let record = events::usage(&test, tenant, "ad.clicks", 2, "2026-11-15T00:00:00Z");
    let clicks = ad::v1::UsageRecorded { record: Some(record.clone()) };
    test.consume(&clicks).await.expect("consumed");
    forget_sources(&test).await;
    test.consume(&clicks).await.expect("consumed");
    let record = Some(UsageRecord { metric: "login.sign_ins".into(), ..record });
    test.consume(&login::v1::UsageRecorded { record }).await.expect("consumed");
    assert_eq!(used(&test, tenant).await, json!([["login.sign_ins", 2], ["ad.clicks", 2]]));
}

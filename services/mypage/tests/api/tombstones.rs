//! Tombstones of tenants and campaigns. Only the topics of states have them.

use chassis::{auth::Role, consumer::ConsumeError, event::Event};
use contracts::{
    ad::v1::{CampaignChanged, DeliveryRecorded},
    login::v1::{SessionChanged, TenantChanged, UsageRecorded},
};
use serde_json::json;

use crate::{api::Api, events, fake::oidc::TestPerson, harness::TestApp};

async fn erase<E: Event>(test: &TestApp, key: &str, person: TestPerson) -> Result<(), ConsumeError> {
    test.consumer().accept(E::TOPIC.name, test.tombstone::<E>(key, person.tenant)).await.map(drop)
}

#[tokio::test]
async fn a_tombstone_deletes_a_campaign_of_its_tenant() {
    let test = TestApp::alone().await;
    let (boss, foreign) = (test.person(), test.person());
    let id = chassis::id::new_uuid(&test.clock);
    let campaign = events::campaign(id, boss.tenant, "Winter beans", 1, test.clock.now());
    test.consume(&campaign).await.expect("consumed");
    let browser = test.signed_in_as(boss, json!({ "roles": ["admin"] })).await;
    for (person, is_shown) in [(foreign, true), (boss, false)] {
        erase::<CampaignChanged>(&test, &id.to_string(), person).await.expect("consumed");
        let page = browser.get("/usage").await.text().await.expect("a page");
        assert_eq!(page.contains("Winter beans"), is_shown, "{page}");
    }
    erase::<CampaignChanged>(&test, &id.to_string(), boss).await.expect("an unknown campaign is ignored");
}

#[tokio::test]
async fn a_tombstone_deletes_a_tenant_and_signs_it_out_and_its_usage_stays() {
    let test = TestApp::alone().await;
    let (boss, foreign) = (test.person(), test.person());
    for person in [boss, foreign] {
        test.consume(&events::tenant(person.tenant, "Hangang", 1)).await.expect("consumed");
    }
    // In Seoul, it is in November.
    let record = events::usage(&test, boss.tenant, "login.sign_ins", 3, "2026-10-31T15:00:00Z");
    test.consume(&UsageRecorded { record: Some(record) }).await.expect("consumed");
    let api = Api::of(&test, boss, &[Role::Admin]);
    let before = api.get("/v1/usage?month=2026-11").await;
    let (browser, other) = (test.signed_in(boss).await, test.signed_in(foreign).await);

    erase::<TenantChanged>(&test, &boss.tenant.to_string(), boss).await.expect("consumed");
    let left: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT tenant_id FROM tenant").fetch_all(&test.superuser).await.expect("tenants");
    assert_eq!(left, [foreign.tenant.as_uuid()]);
    assert!(browser.get("/").await.text().await.expect("a page").contains("Sign up your company"));
    assert!(!other.get("/").await.text().await.expect("a page").contains("Sign up your company"));
    assert_eq!(api.get("/v1/usage?month=2026-11").await, before, "accounting records are retained");
}

#[tokio::test]
async fn a_tombstone_that_names_no_state_of_its_tenant_is_refused() {
    let test = TestApp::alone().await;
    let (boss, foreign) = (test.person(), test.person());
    let tenant = foreign.tenant.to_string();
    let outcomes = [
        ("another tenant", erase::<TenantChanged>(&test, &tenant, boss).await),
        ("no tenant", erase::<TenantChanged>(&test, "7", boss).await),
        ("no campaign", erase::<CampaignChanged>(&test, "7", boss).await),
        ("a session", erase::<SessionChanged>(&test, &boss.session.to_string(), boss).await),
        ("a delivery", erase::<DeliveryRecorded>(&test, &boss.session.to_string(), boss).await),
    ];
    for (name, outcome) in outcomes {
        assert!(matches!(outcome, Err(ConsumeError::Invalid(_))), "{name}: {outcome:?}");
    }
}

//! Events of different topics arrive in any order: each pair of topics has the same effect in both orders.

use std::collections::BTreeSet;

use chassis::{
    event::{Envelope, Event},
    id::{SessionId, TenantId},
};
use contracts::{
    common::v1::Interest,
    login::v1::{SessionChanged, SessionState, TenantStatus, User, UserChanged},
    mypage::v1::PreferencesChanged,
};
use serde_json::Value;

use crate::{
    events,
    harness::{Tenant, TestApp},
};

/// A name for messages, the topic and the event.
type Arriving = (&'static str, &'static str, Envelope);

fn event<E: Event>(test: &TestApp, name: &'static str, event: &E) -> Arriving {
    (name, E::TOPIC.name, test.envelope(event))
}

/// Events about a tenant and its member, of all topics.
fn all(test: &TestApp, tenant: &Tenant) -> Vec<Arriving> {
    let mut suspended = events::tenant(tenant.id, "Hangang", "KRW", 2);
    suspended.status = TenantStatus::Suspended.into();
    let (user_id, tenant_id) = (tenant.member.to_string(), tenant.id.to_string());
    let user = User { user_id: user_id.clone(), tenant_id: tenant_id.clone(), ..User::default() };
    let ended = SessionChanged {
        session_id: SessionId::new(&test.clock).to_string(),
        tenant_id,
        user_id: user_id.clone(),
        state: SessionState::Ended.into(),
        ..SessionChanged::default()
    };
    let erased = test.tombstone::<UserChanged>(&user_id, tenant.id);
    let forgotten = test.tombstone::<PreferencesChanged>(&user_id, tenant.id);
    vec![
        event(test, "tenant", &events::tenant(tenant.id, "Hangang", "KRW", 1)),
        event(test, "suspended tenant", &suspended),
        event(test, "user", &UserChanged { user: Some(user), version: 1, changed_at: None }),
        ("erased user", UserChanged::TOPIC.name, erased),
        event(test, "ended session", &ended),
        event(test, "preferences", &events::preferences(tenant, &[Interest::Music], true, 1)),
        ("erased preferences", PreferencesChanged::TOPIC.name, forgotten),
    ]
}

/// What ad stores of the tenant and its member.
async fn state(test: &TestApp, tenant: &Tenant) -> Value {
    let query = "SELECT jsonb_build_object(
        'tenant', (SELECT jsonb_build_array(name, active, version) FROM tenant WHERE tenant_id = $2),
        'erased', (SELECT count(*) FROM erased_viewer WHERE user_id = $1),
        'member', (SELECT jsonb_build_array(admin, version) FROM member WHERE user_id = $1),
        'ended sessions', (SELECT count(*) FROM ended_session WHERE tenant_id = $2),
        'preferences', (SELECT jsonb_build_array(interests, version) FROM viewer_preferences WHERE user_id = $1))";
    let state = sqlx::query_scalar(query).bind(tenant.member).bind(tenant.id);
    state.fetch_one(&test.superuser).await.expect("the state")
}

/// The state of a new tenant after two of the events.
async fn after(test: &TestApp, [first, second]: [usize; 2]) -> Value {
    let tenant = test.tenant_without_event(TenantId::new(&test.clock));
    let events = all(test, &tenant);
    let consumer = test.consumer();
    for index in [first, second] {
        let (name, topic, event) = events[index].clone();
        consumer.accept(topic, event).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    state(test, &tenant).await
}

#[tokio::test]
async fn each_pair_of_topics_has_the_same_effect_in_both_orders() {
    let test = TestApp::start().await;
    let events = all(&test, &test.tenant_without_event(TenantId::new(&test.clock)));
    let topics: BTreeSet<&str> = events.iter().map(|(_, topic, _)| *topic).collect();
    let reads: BTreeSet<&str> = ad::events::READS.iter().map(|topic| topic.name).collect();
    assert_eq!(topics, reads, "events of each topic");
    for one in 0..events.len() {
        for other in one + 1..events.len() {
            let ((first, topic, _), (second, other_topic, _)) = (&events[one], &events[other]);
            if topic != other_topic {
                let (forth, back) = (after(&test, [one, other]).await, after(&test, [other, one]).await);
                assert_eq!(forth, back, "{first} and {second}");
            }
        }
    }
}

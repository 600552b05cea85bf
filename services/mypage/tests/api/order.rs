//! Events of different topics arrive in any order: each pair of topics has the same effect in both orders.

use std::collections::BTreeSet;

use chassis::event::{Envelope, Event};
use contracts::{
    ad::v1::{CampaignChanged, DeliveryKind, UsageRecorded as AdUsage},
    login::v1::{SessionState, TenantChanged, TenantStatus, UsageRecorded as LoginUsage, UserChanged, UserStatus},
    mypage::v1::UsageRecorded as MypageUsage,
};
use serde_json::Value;

use crate::{events, fake::oidc::TestPerson, harness::TestApp};

/// A name for messages, the topic and the event.
type Arriving = (&'static str, &'static str, Envelope);

fn event<E: Event>(test: &TestApp, name: &'static str, event: &E) -> Arriving {
    (name, E::TOPIC.name, test.envelope(event))
}

/// Events about a person and the tenant, of all topics.
fn all(test: &TestApp, person: TestPerson) -> Vec<Arriving> {
    let at = events::time("2026-11-20T12:00:00Z");
    let mut suspended_user = events::user(person, "Mina", 2);
    suspended_user.user.as_mut().expect("a user").status = UserStatus::Suspended.into();
    let mut suspended_tenant = events::tenant(person.tenant, "Hangang", 2);
    suspended_tenant.status = TenantStatus::Suspended.into();
    let usage = |metric: &str| Some(events::usage(test, person.tenant, metric, 1, "2026-11-20T12:00:00Z"));
    let campaign = chassis::id::new_uuid(&test.clock);
    let erased = test.tombstone::<UserChanged>(&person.user.to_string(), person.tenant);
    let erased_tenant = test.tombstone::<TenantChanged>(&person.tenant.to_string(), person.tenant);
    let erased_campaign = test.tombstone::<CampaignChanged>(&campaign.to_string(), person.tenant);
    vec![
        event(test, "user", &events::user(person, "Mina", 1)),
        event(test, "suspended user", &suspended_user),
        ("erased user", UserChanged::TOPIC.name, erased),
        event(test, "tenant", &events::tenant(person.tenant, "Hangang", 1)),
        event(test, "suspended tenant", &suspended_tenant),
        ("erased tenant", TenantChanged::TOPIC.name, erased_tenant),
        event(test, "session", &events::session(person, SessionState::Active, at)),
        event(test, "ended session", &events::session(person, SessionState::Ended, at)),
        event(test, "delivery", &events::delivery(test, person, DeliveryKind::Click, "Read more")),
        event(test, "campaign", &events::campaign(campaign, person.tenant, "Spring", 1, at)),
        ("erased campaign", CampaignChanged::TOPIC.name, erased_campaign),
        event(test, "login's usage", &LoginUsage { record: usage("login.sign_ins") }),
        event(test, "mypage's usage", &MypageUsage { record: usage("mypage.page_views") }),
        event(test, "ad's usage", &AdUsage { record: usage("ad.clicks") }),
    ]
}

/// What mypage stores of the person and the tenant, without ids and times of its own.
async fn state(test: &TestApp, person: TestPerson) -> Value {
    let query = "SELECT jsonb_build_object(
        'profile', (SELECT jsonb_build_array(display_name, version) FROM profile WHERE user_id = $1),
        'erased', (SELECT erased_at IS NOT NULL FROM person WHERE user_id = $1),
        'tenant', (SELECT jsonb_build_array(name, version) FROM tenant WHERE tenant_id = $2),
        'activities', (SELECT jsonb_agg(jsonb_build_array(kind, subject) ORDER BY kind) FROM activity WHERE user_id = $1),
        'signed in', (SELECT count(*) FROM web_session WHERE user_id = $1),
        'ended', (SELECT count(*) FROM ended_session WHERE tenant_id = $2),
        'campaigns', (SELECT count(*) FROM campaign WHERE tenant_id = $2),
        'usage', (SELECT jsonb_agg(metric ORDER BY metric) FROM usage_record WHERE tenant_id = $2),
        'published', (SELECT count(*) FROM outbox WHERE tenant_id = $2))";
    let state = sqlx::query_scalar(query).bind(person.user).bind(person.tenant);
    state.fetch_one(&test.superuser).await.expect("the state")
}

/// The state of a new person, whose browser is signed in, after two of the events.
async fn after(test: &TestApp, [first, second]: [usize; 2]) -> Value {
    let person = test.person();
    test.signed_in(person).await;
    let events = all(test, person);
    let consumer = test.consumer();
    for index in [first, second] {
        let (name, topic, event) = events[index].clone();
        consumer.accept(topic, event).await.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    state(test, person).await
}

#[tokio::test]
async fn each_pair_of_topics_has_the_same_effect_in_both_orders() {
    let test = TestApp::alone().await;
    let events = all(&test, test.person());
    let topics: BTreeSet<&str> = events.iter().map(|(_, topic, _)| *topic).collect();
    let reads: BTreeSet<&str> = mypage::events::READS.iter().map(|topic| topic.name).collect();
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

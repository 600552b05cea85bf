//! Builds events as the other products publish them.

use chassis::id::TenantId;
use chrono::{DateTime, Utc};
use contracts::{
    ad::v1::{CampaignChanged, CampaignStatus, DeliveryKind, DeliveryRecorded},
    common::v1::UsageRecord,
    convert::{money, timestamp},
    login::v1::{Role, SessionChanged, SessionState, TenantChanged, TenantStatus, User, UserChanged, UserStatus},
};

use crate::{fake::oidc::TestPerson, harness::TestApp};

pub(crate) fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

pub(crate) fn user(person: TestPerson, name: &str, version: i64) -> UserChanged {
    let user = User {
        user_id: person.user.to_string(),
        tenant_id: person.tenant.to_string(),
        email: "mina@hangang.example".into(),
        display_name: name.into(),
        locale: "ko".into(),
        roles: vec![Role::Member.into()],
        status: UserStatus::Active.into(),
        created_at: Some(timestamp(time("2026-01-02T03:04:05Z"))),
    };
    UserChanged { user: Some(user), version, changed_at: Some(timestamp(time("2026-01-02T03:04:05Z"))) }
}

pub(crate) fn tenant(tenant: TenantId, name: &str, version: i64) -> TenantChanged {
    TenantChanged {
        tenant_id: tenant.to_string(),
        slug: "hangang".into(),
        name: name.into(),
        locale: "ko".into(),
        time_zone: "Asia/Seoul".into(),
        currency_code: "KRW".into(),
        status: TenantStatus::Active.into(),
        version,
        changed_at: Some(timestamp(time("2026-01-02T03:04:05Z"))),
    }
}

pub(crate) fn session(person: TestPerson, state: SessionState, at: DateTime<Utc>) -> SessionChanged {
    SessionChanged {
        session_id: person.session.to_string(),
        tenant_id: person.tenant.to_string(),
        user_id: person.user.to_string(),
        state: state.into(),
        device: "Firefox on Linux".into(),
        changed_at: Some(timestamp(at)),
    }
}

pub(crate) fn delivery(test: &TestApp, person: TestPerson, kind: DeliveryKind, headline: &str) -> DeliveryRecorded {
    DeliveryRecorded {
        delivery_id: chassis::id::new_uuid(&test.clock).to_string(),
        kind: kind.into(),
        serve_id: chassis::id::new_uuid(&test.clock).to_string(),
        campaign_id: chassis::id::new_uuid(&test.clock).to_string(),
        advertiser_tenant_id: TenantId::new(&test.clock).to_string(),
        viewer_tenant_id: person.tenant.to_string(),
        viewer_user_id: person.user.to_string(),
        headline: headline.into(),
        placement: "mypage.home".into(),
        charge: Some(money(0, "KRW")),
        occurred_at: Some(timestamp(test.clock.now())),
    }
}

/// The id of the activity that was stored last.
pub(crate) async fn last_activity(test: &TestApp) -> String {
    sqlx::query_scalar("SELECT activity_id::text FROM activity ORDER BY occurred_at DESC LIMIT 1")
        .fetch_one(&test.superuser)
        .await
        .expect("an activity")
}

pub(crate) fn campaign(
    id: uuid::Uuid,
    tenant: TenantId,
    name: &str,
    version: i64,
    at: DateTime<Utc>,
) -> CampaignChanged {
    CampaignChanged {
        campaign_id: id.to_string(),
        tenant_id: tenant.to_string(),
        name: name.into(),
        headline: "Come and see".into(),
        status: CampaignStatus::Active.into(),
        daily_budget: Some(money(30_000_000_000, "KRW")),
        spent_today: Some(money(1_200_000_000, "KRW")),
        version,
        changed_at: Some(timestamp(at)),
        ..CampaignChanged::default()
    }
}

pub(crate) fn usage(test: &TestApp, tenant: TenantId, metric: &str, quantity: i64, at: &str) -> UsageRecord {
    UsageRecord {
        usage_id: chassis::id::new_uuid(&test.clock).to_string(),
        tenant_id: tenant.to_string(),
        metric: metric.into(),
        quantity,
        period_start: Some(timestamp(time(at))),
        period_end: Some(timestamp(time(at))),
        currency_code: String::new(),
    }
}

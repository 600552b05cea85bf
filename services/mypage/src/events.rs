//! The topics that mypage publishes and consumes, and the events that it publishes.
//!
//! To consume another event: add a handler to `consume/`, its topic to [`READS`], `product.toml` and
//! `catalog-info.yaml`, and a line to `consume::build`.

use chassis::{
    clock::Clock,
    event::{Event, EventId, Topic},
    id::{TenantId, UserId},
    outbox,
};
use chrono::{DateTime, Utc};
use contracts::{ad, common::v1::UsageRecord, convert::timestamp, login, mypage};
use sqlx::PgConnection;

use crate::{convert, domain::preferences::Preferences};

/// The topics that only mypage publishes to.
pub const WRITES: &[Topic] = &[mypage::v1::PreferencesChanged::TOPIC, mypage::v1::UsageRecorded::TOPIC];

pub const READS: &[Topic] = &[
    login::v1::UserChanged::TOPIC,
    login::v1::TenantChanged::TOPIC,
    login::v1::SessionChanged::TOPIC,
    login::v1::UsageRecorded::TOPIC,
    ad::v1::DeliveryRecorded::TOPIC,
    ad::v1::CampaignChanged::TOPIC,
    ad::v1::UsageRecorded::TOPIC,
    mypage::v1::UsageRecorded::TOPIC,
];

/// Publishes a version of a person's preferences.
pub async fn preferences_changed(
    conn: &mut PgConnection,
    clock: &Clock,
    (tenant, user): (TenantId, UserId),
    preferences: &Preferences,
    changed_at: DateTime<Utc>,
) -> Result<EventId, sqlx::Error> {
    let event = mypage::v1::PreferencesChanged {
        user_id: user.to_string(),
        tenant_id: tenant.to_string(),
        interests: convert::interests(&preferences.choice),
        ad_consent: preferences.choice.ad_consent(),
        version: preferences.version,
        changed_at: Some(timestamp(changed_at)),
    };
    outbox::publish(conn, clock, &event).await
}

/// Publishes a tombstone for the preferences of an erased person.
pub async fn preferences_erased(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    outbox::publish_tombstone::<mypage::v1::PreferencesChanged>(conn, clock, &user.to_string(), tenant).await?;
    Ok(())
}

/// Publishes a usage record for one page view.
pub async fn page_viewed(conn: &mut PgConnection, clock: &Clock, tenant: TenantId) -> Result<(), sqlx::Error> {
    let now = clock.now();
    let record = UsageRecord {
        usage_id: chassis::id::new_uuid(clock).to_string(),
        tenant_id: tenant.to_string(),
        metric: "mypage.page_views".into(),
        quantity: 1,
        period_start: Some(timestamp(now)),
        period_end: Some(timestamp(now)),
        currency_code: String::new(),
    };
    outbox::publish(conn, clock, &mypage::v1::UsageRecorded { record: Some(record) }).await?;
    Ok(())
}

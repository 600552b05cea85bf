//! What mypage publishes and consumes, in one place.
//!
//! To consume another event: a handler in `consume/`, its topic in [`READS`] and in `product.toml`, a line in `App::consumer`.

use chassis::{
    clock::Clock,
    event::{Event, EventId, Topic},
    id::{TenantId, UserId},
    outbox,
};
use chrono::{DateTime, Utc};
use contracts::{ad, common::v1::UsageRecord, convert::timestamp, login, mypage};
use sqlx::PgConnection;

use crate::{domain::preferences::Preferences, grpc::convert};

/// The topics that mypage writes; nobody else does.
pub const WRITES: &[Topic] = &[mypage::v1::PreferencesChanged::TOPIC, mypage::v1::UsageRecorded::TOPIC];

/// The topics that mypage reads.
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

/// Says what a person chose.
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

/// Says that a person was erased.
pub async fn preferences_erased(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    user: UserId,
) -> Result<(), sqlx::Error> {
    outbox::publish_tombstone::<mypage::v1::PreferencesChanged>(conn, clock, &user.to_string(), tenant).await?;
    Ok(())
}

/// Meters a page that was shown.
pub async fn page_viewed(conn: &mut PgConnection, clock: &Clock, tenant: TenantId) -> Result<(), sqlx::Error> {
    let now = clock.now();
    let record = UsageRecord {
        usage_id: chassis::id::new_uuid(clock).to_string(),
        tenant_id: tenant.to_string(),
        metric: "mypage.page_views".into(),
        quantity: 1,
        period_start: Some(timestamp(now)),
        period_end: Some(timestamp(now)),
    };
    outbox::publish(conn, clock, &mypage::v1::UsageRecorded { record: Some(record) }).await?;
    Ok(())
}

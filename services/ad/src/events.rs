//! The topics that ad publishes and consumes, and the events that it publishes.
//!
//! Publishing inserts the event into the outbox, in the transaction of the change. After the commit, the relay
//! ([`chassis::outbox::Relay`]) sends it to Kafka. The transaction must be set to the tenant of the event.
//!
//! To publish another event: add a function here, call it in the transaction of the change, and add its topic to
//! [`WRITES`], `product.toml` and `catalog-info.yaml`.
//!
//! To consume another event: add a handler to `consume/`, its topic to [`READS`], `product.toml` and
//! `catalog-info.yaml`, and a line to `consume::build`.

use chassis::{
    clock::Clock,
    event::{Event, Topic},
    id::TenantId,
    outbox,
};
use chrono::{DateTime, Utc};
use contracts::{
    ad::v1::{CampaignChanged, DeliveryRecorded, UsageRecorded},
    common::v1::UsageRecord,
    convert::{money, timestamp},
    login::v1::{SessionChanged, TenantChanged, UserChanged},
    mypage::v1::PreferencesChanged,
};
use sqlx::PgConnection;

use crate::{
    convert,
    domain::{campaign::Campaign, delivery::Delivery, usage},
};

/// The topics that only ad publishes to.
pub const WRITES: &[Topic] = &[CampaignChanged::TOPIC, DeliveryRecorded::TOPIC, UsageRecorded::TOPIC];

pub const READS: &[Topic] =
    &[PreferencesChanged::TOPIC, UserChanged::TOPIC, TenantChanged::TOPIC, SessionChanged::TOPIC];

/// Publishes the whole state of a campaign, to its own tenant.
pub async fn campaign_changed(
    conn: &mut PgConnection,
    clock: &Clock,
    campaign: &Campaign,
    spent_today: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let currency = campaign.bid.currency.code();
    let interests = campaign.interests.iter().map(|interest| convert::interest(*interest).into());
    let event = CampaignChanged {
        campaign_id: campaign.campaign_id.to_string(),
        tenant_id: campaign.tenant_id.to_string(),
        name: campaign.name.clone(),
        headline: campaign.headline.clone(),
        status: convert::status(campaign.status).into(),
        bid: Some(money(campaign.bid.micros, currency)),
        daily_budget: Some(money(campaign.daily_budget.micros, currency)),
        spent_today: Some(money(spent_today, currency)),
        interests: interests.collect(),
        open_to_all: campaign.open_to_all,
        version: campaign.version,
        changed_at: Some(timestamp(now)),
        total_budget: campaign.total_budget.map(|total| money(total.micros, currency)),
        starts_on: campaign.schedule.starts_on.map(|day| day.to_string()),
        ends_on: campaign.schedule.ends_on.map(|day| day.to_string()),
    };
    outbox::publish(conn, clock, &event).await.map(drop)
}

/// Publishes an impression or a click to the viewer's tenant. `charge` is in micros; 0 without a charge.
pub async fn delivery_recorded(
    conn: &mut PgConnection,
    clock: &Clock,
    delivery: &Delivery<'_>,
    headline: &str,
    charge: i64,
) -> Result<(), sqlx::Error> {
    let serve = delivery.serve;
    let event = DeliveryRecorded {
        delivery_id: delivery.delivery_id.to_string(),
        kind: convert::delivery_kind(delivery.kind).into(),
        serve_id: serve.serve_id.to_string(),
        campaign_id: serve.campaign_id.to_string(),
        advertiser_tenant_id: serve.advertiser_tenant_id.to_string(),
        viewer_tenant_id: serve.viewer_tenant_id.to_string(),
        viewer_user_id: serve.viewer_user_id.to_string(),
        headline: headline.to_owned(),
        placement: serve.placement.clone(),
        charge: Some(money(charge, serve.price.currency.code())),
        occurred_at: Some(timestamp(delivery.occurred_at)),
    };
    outbox::publish(conn, clock, &event).await.map(drop)
}

/// Publishes a record of usage to the advertiser's tenant, which is billed for it.
pub async fn usage_recorded(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    record: &usage::Record,
) -> Result<(), sqlx::Error> {
    let currency_code = record.currency.map(|currency| currency.code().to_owned());
    let record = UsageRecord {
        usage_id: record.usage_id.to_string(),
        tenant_id: tenant.to_string(),
        metric: record.metric.name().into(),
        quantity: record.quantity,
        period_start: Some(timestamp(record.minute)),
        period_end: Some(timestamp(record.minute + usage::PERIOD)),
        currency_code: currency_code.unwrap_or_default(),
    };
    outbox::publish(conn, clock, &UsageRecorded { record: Some(record) }).await.map(drop)
}

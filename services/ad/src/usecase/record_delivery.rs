//! Records an impression or a click once, and charges the advertiser for a click.
//!
//! It is one transaction. Row-level security shows one tenant at a time, so the transaction switches its tenant twice:
//! 1. In the **viewer's** tenant: inserts the delivery. The primary key rejects a duplicate.
//! 2. In the **advertiser's** tenant: charges a click, and publishes the campaign and the usage.
//! 3. In the **viewer's** tenant again: publishes the delivery, which mypage shows on the viewer's timeline.
//!
//! Every transaction of ad locks rows of `delivery` first, then `campaign`, then `campaign_day` or `lowered_budget`. So they
//! cannot deadlock.

use chassis::db::set_tenant;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    open_link::{linked_campaign, linked_content, open_link},
    tenant::tenant,
};
use crate::{
    app::App,
    domain::{
        campaign::Campaign,
        charge::{Charge, ChargeId},
        delivery::{Delivery, DeliveryId, DeliveryKind, Outcome},
        price,
        serve::Serve,
        tenant::Tenant,
    },
    error::Error,
    events, store,
};

#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where a click redirects.
    pub landing_url: String,
    pub outcome: Outcome,
}

/// Records an impression or a click of `serve`, the content of an opened link, and counts it in metrics and logs.
pub async fn record_delivery(app: &App, kind: DeliveryKind, serve: &Serve) -> Result<Recorded, Error> {
    let recorded = record(app, kind, serve).await?;
    app.metrics.delivered(kind, recorded.outcome);
    tracing::info!(
        tenant = %serve.viewer_tenant_id,
        advertiser = %serve.advertiser_tenant_id,
        campaign_id = %serve.campaign_id,
        serve_id = %serve.serve_id,
        outcome = recorded.outcome.name(),
        "{}",
        kind.name()
    );
    Ok(recorded)
}

async fn record(app: &App, kind: DeliveryKind, serve: &Serve) -> Result<Recorded, Error> {
    let now = app.clock.now();
    let mut tx = open_link(app, serve, now).await?;
    let delivery = Delivery { delivery_id: DeliveryId::new(&app.clock), kind, serve, occurred_at: now };
    let is_new = store::delivery::insert(&mut tx, &delivery).await?;

    set_tenant(&mut tx, serve.advertiser_tenant_id).await?;
    if !is_new {
        // No commit: a duplicate changes nothing.
        let campaign = linked_campaign(&mut tx, serve).await?;
        let landing_url = linked_content(&mut tx, serve, &campaign).await?.landing_url;
        return Ok(Recorded { landing_url, outcome: Outcome::Repeated });
    }
    let (campaign, outcome) = bill(app, &mut tx, &delivery).await?;
    let content = linked_content(&mut tx, serve, &campaign).await?;
    if outcome.is_billed() {
        events::usage_recorded(&mut tx, &app.clock, serve.advertiser_tenant_id, kind, now).await?;
    }

    set_tenant(&mut tx, serve.viewer_tenant_id).await?;
    let charged = if let Outcome::Charged(price) = outcome { price.micros } else { 0 };
    events::delivery_recorded(&mut tx, &app.clock, &delivery, &content.headline, charged).await?;
    tx.commit().await?;
    Ok(Recorded { landing_url: content.landing_url, outcome })
}

/// Decides whether the delivery is billed, and charges a click. `conn` must be set to the advertiser's tenant.
async fn bill(app: &App, conn: &mut PgConnection, delivery: &Delivery<'_>) -> Result<(Campaign, Outcome), Error> {
    let Delivery { kind, serve, occurred_at: now, .. } = *delivery;
    let advertiser = tenant(conn, serve.advertiser_tenant_id).await?;
    let mut campaign = match kind {
        DeliveryKind::Impression => linked_campaign(conn, serve).await?,
        DeliveryKind::Click => store::campaign::lock(conn, serve.campaign_id).await?.ok_or(Error::LinkInvalid)?,
    };
    let outcome = match kind {
        _ if !price::is_billed(serve, &campaign, &advertiser, now) => Outcome::NotRunning,
        DeliveryKind::Impression => Outcome::Counted,
        DeliveryKind::Click => charge(app, conn, serve, (&advertiser, &mut campaign), now).await?,
    };
    Ok((campaign, outcome))
}

/// Charges a click if the campaign's daily budget allows it.
async fn charge(
    app: &App,
    conn: &mut PgConnection,
    serve: &Serve,
    (advertiser, campaign): (&Tenant, &mut Campaign),
    now: DateTime<Utc>,
) -> Result<Outcome, Error> {
    let (tenant_id, campaign_id) = (advertiser.tenant_id, campaign.campaign_id);
    let day = advertiser.today(now);
    let price = price::of_click(serve, campaign, now);
    let held_since = serve.holds_budgets_since(now);
    let spent = store::day::spend_within_budget(conn, tenant_id, campaign_id, day, price.micros, held_since).await?;
    let Some(spent) = spent else { return Ok(Outcome::OverBudget) };
    let (charge_id, serve_id) = (ChargeId::new(&app.clock), serve.serve_id);
    let charge = Charge { charge_id, tenant_id, campaign_id, serve_id, day, price, occurred_at: now };
    store::charge::insert(conn, &charge).await?;
    campaign.version += 1;
    store::campaign::update_version(conn, campaign).await?;
    events::campaign_changed(conn, &app.clock, campaign, spent, now).await?;
    Ok(Outcome::Charged(price))
}

//! Records an impression or a click once, and charges the advertiser for a click.
//!
//! It is one transaction. Row-level security shows one tenant at a time, so the transaction switches its tenant twice:
//! 1. In the **viewer's** tenant: inserts the delivery. The primary key rejects a duplicate. A click needs an impression.
//! 2. In the **advertiser's** tenant: charges a click, publishes the campaign, and records the usage.
//! 3. In the **viewer's** tenant again: publishes the delivery, which mypage shows on the viewer's timeline.
//!
//! A charged click takes 10 round trips to the database, with the check of the pooled connection before it; a test counts them.
//!
//! Every transaction of ad locks rows of `delivery` first, then `campaign`, then `campaign_day` or `lowered_budget`. So they
//! cannot deadlock.

use chassis::db::set_tenant;
use sqlx::PgConnection;

use super::{
    open_link::{check_age, linked_campaign, linked_content},
    tenant::tenant,
};
use crate::{
    app::App,
    domain::{
        charge::{Charge, ChargeId},
        creative::Content,
        delivery::{Counted, Delivery, DeliveryId, DeliveryKind, Outcome},
        money::Money,
        price,
        refusal::Refusal,
        serve::Serve,
        usage::UnitKind,
    },
    error::Error,
    events,
    store::{self, billing::Billing},
};

#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where a click redirects.
    pub landing_url: String,
    pub outcome: Outcome,
}

/// Records an impression or a click of `serve`, the content of an opened link, and counts it in metrics and logs.
pub async fn record_delivery(app: &App, kind: DeliveryKind, serve: &Serve) -> Result<Recorded, Error> {
    let recorded = record(app, kind, serve).await.inspect_err(|error| {
        if matches!(error, Error::LinkExpired) {
            refuse(app, kind, serve, Refusal::Expired);
        }
    })?;
    if recorded.outcome == Outcome::NoImpression {
        refuse(app, kind, serve, Refusal::NoImpression);
    }
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

/// Counts a request of a link that is not counted as a delivery: in metrics, and a click for the campaign's report.
pub fn refuse(app: &App, kind: DeliveryKind, serve: &Serve, reason: Refusal) {
    app.metrics.ignored(kind, reason);
    if kind == DeliveryKind::Click {
        app.refusals.count(serve, reason, app.clock.now());
    }
}

async fn record(app: &App, kind: DeliveryKind, serve: &Serve) -> Result<Recorded, Error> {
    let now = app.clock.now();
    check_age(serve, now)?;
    let mut tx = app.db.begin(serve.viewer_tenant_id).await?;
    let delivery = Delivery { delivery_id: DeliveryId::new(&app.clock), kind, serve, occurred_at: now };
    let not_counted = match store::delivery::insert(&mut tx, &delivery).await? {
        Counted::New => None,
        Counted::Repeated => Some(Outcome::Repeated),
        Counted::WithoutImpression => Some(Outcome::NoImpression),
        Counted::ErasedViewer => return Err(Error::LinkExpired),
    };

    set_tenant(&mut tx, serve.advertiser_tenant_id).await?;
    if let Some(outcome) = not_counted {
        // No commit: nothing was changed.
        let campaign = linked_campaign(&mut tx, serve).await?;
        let landing_url = linked_content(&mut tx, serve, &campaign).await?.landing_url;
        return Ok(Recorded { landing_url, outcome });
    }
    let (content, outcome) = match kind {
        DeliveryKind::Impression => bill_impression(&mut tx, &delivery).await?,
        DeliveryKind::Click => bill_click(app, &mut tx, &delivery).await?,
    };

    set_tenant(&mut tx, serve.viewer_tenant_id).await?;
    let charged = if let Outcome::Charged(price) = outcome { price.micros } else { 0 };
    events::delivery_recorded(&mut tx, &app.clock, &delivery, &content.headline, charged).await?;
    tx.commit().await?;
    Ok(Recorded { landing_url: content.landing_url, outcome })
}

/// Decides whether the impression is billed, and records its unit of usage. `conn` must be set to the advertiser's tenant.
async fn bill_impression(conn: &mut PgConnection, delivery: &Delivery<'_>) -> Result<(Content, Outcome), Error> {
    let Delivery { delivery_id, serve, occurred_at, .. } = *delivery;
    let advertiser = tenant(conn, serve.advertiser_tenant_id).await?.advertiser(occurred_at);
    let campaign = linked_campaign(conn, serve).await?;
    let content = linked_content(conn, serve, &campaign).await?;
    if !price::is_billed(serve, &campaign, &advertiser, occurred_at) {
        return Ok((content, Outcome::NotRunning));
    }
    let unit = store::usage::Unit {
        unit_id: delivery_id.as_uuid(),
        tenant_id: advertiser.tenant_id,
        campaign_id: campaign.campaign_id,
        kind: UnitKind::Impression,
        amount: Money::new(0, campaign.bid.currency),
        day: advertiser.today(occurred_at),
        occurred_at,
    };
    store::usage::insert(conn, &unit).await?;
    Ok((content, Outcome::Counted))
}

/// Charges a click if it is billed and the campaign's budgets allow it. `conn` must be set to the advertiser's tenant.
async fn bill_click(app: &App, conn: &mut PgConnection, delivery: &Delivery<'_>) -> Result<(Content, Outcome), Error> {
    let Delivery { serve, occurred_at, .. } = *delivery;
    let Billing { mut campaign, advertiser, content } =
        store::billing::lock(conn, serve, occurred_at).await?.ok_or(Error::LinkInvalid)?;
    if !price::is_billed(serve, &campaign, &advertiser, occurred_at) {
        return Ok((content, Outcome::NotRunning));
    }
    let price = price::of_click(serve, &campaign, occurred_at);
    let charge = Charge {
        charge_id: ChargeId::new(&app.clock),
        tenant_id: advertiser.tenant_id,
        campaign_id: campaign.campaign_id,
        serve_id: serve.serve_id,
        day: advertiser.today(occurred_at),
        price,
        occurred_at,
    };
    let held_since = serve.holds_budgets_since(occurred_at);
    let Some(charged) = store::charge::charge(conn, &charge, held_since).await? else {
        return Ok((content, Outcome::OverBudget));
    };
    campaign.version = charged.version;
    events::campaign_changed(conn, &app.clock, &campaign, charged.spent, occurred_at).await?;
    Ok((content, Outcome::Charged(price)))
}

//! Counting what a person saw or followed, once, and charging for it.
//!
//! All in one transaction, which changes hands twice, since row-level security lets it see one tenant at a time: the **viewer's**
//! tenant keeps the delivery, whose primary key counts it once; the **advertiser's** tenant is charged, and is told of its
//! campaign and its usage; then the **viewer's** again, whose timeline the delivery is told to. No step sees both.
//!
//! Locks are taken in one order everywhere (delivery, campaign, day), so that two can't wait for each other.

use chassis::clock::Clock;
use chassis::db::{Db, set_tenant};
use chassis::outbox;
use sqlx::PgConnection;

use super::read_campaigns::today;
use crate::domain::money::Money;
use crate::domain::serve::{ChargeId, DeliveryId, Kind, Serve};
use crate::error::Error;
use crate::events;
use crate::store::campaigns::{self, Campaign};
use crate::store::charges::{self, Charge};
use crate::store::{days, deliveries, viewers};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was counted before.
    Repeated,
    /// Counted; an impression costs nothing.
    Counted,
    /// Counted, and charged.
    Charged(Money),
    /// Counted, and not charged: the day's budget does not hold it.
    OverBudget,
}

impl Outcome {
    /// Its name in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::Counted => "counted",
            Self::Charged(_) => "charged",
            Self::OverBudget => "over_budget",
        }
    }
}

/// A delivery after it was counted.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Where a click leads.
    pub landing_url: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// Counts that this showing was seen or followed.
///
/// # Errors
/// When the link has had its day, the person was erased, the campaign is no more, or the database can't be reached.
pub async fn record_delivery(db: &Db, clock: &Clock, kind: Kind, serve: &Serve) -> Result<Recorded, Error> {
    let now = clock.now();
    if !serve.counts_at(now) {
        return Err(Error::LinkExpired);
    }
    let mut tx = db.begin(serve.viewer_tenant_id).await?;
    if viewers::is_erased(&mut tx, serve.viewer_user_id).await? {
        return Err(Error::LinkExpired);
    }
    let id = DeliveryId::new(clock);
    let is_new = deliveries::insert(&mut tx, id, kind, serve, now).await?;

    set_tenant(&mut tx, serve.advertiser_tenant_id).await?;
    if !is_new {
        let campaign = campaigns::get(&mut tx, serve.campaign_id).await?.ok_or(Error::LinkInvalid)?;
        return Ok(Recorded { landing_url: campaign.landing_url, outcome: Outcome::Repeated });
    }
    let (campaign, outcome) = match kind {
        Kind::Impression => {
            let campaign = campaigns::get(&mut tx, serve.campaign_id).await?.ok_or(Error::LinkInvalid)?;
            (campaign, Outcome::Counted)
        }
        Kind::Click => charge(&mut tx, clock, serve).await?,
    };
    // What was given for nothing is not billed either.
    if outcome != Outcome::OverBudget {
        let usage = events::usage_recorded(clock, serve.advertiser_tenant_id, kind, now);
        outbox::publish(&mut tx, clock, &usage).await?;
    }

    set_tenant(&mut tx, serve.viewer_tenant_id).await?;
    let cost = if let Outcome::Charged(price) = outcome { price.micros } else { 0 };
    let delivery = events::delivery_recorded(id, kind, serve, &campaign.headline, cost, now);
    outbox::publish(&mut tx, clock, &delivery).await?;
    tx.commit().await?;
    Ok(Recorded { landing_url: campaign.landing_url, outcome })
}

/// Charges the click to the advertiser, whose tenant the transaction is set to, if the day's budget holds it.
async fn charge(tx: &mut PgConnection, clock: &Clock, serve: &Serve) -> Result<(Campaign, Outcome), Error> {
    let (tenant_id, campaign_id, price) = (serve.advertiser_tenant_id, serve.campaign_id, serve.price);
    let day = today(tx, clock, tenant_id).await?;
    let mut campaign = campaigns::lock(tx, campaign_id).await?.ok_or(Error::LinkInvalid)?;
    let Some(spent_today) = days::spend(tx, tenant_id, campaign_id, day, price.micros).await? else {
        return Ok((campaign, Outcome::OverBudget));
    };
    let now = clock.now();
    let charge_id = ChargeId::new(clock);
    let serve_id = serve.serve_id;
    charges::insert(tx, &Charge { charge_id, tenant_id, campaign_id, serve_id, day, price, occurred_at: now }).await?;
    campaign.version += 1;
    campaigns::update(tx, &campaign).await?;
    outbox::publish(tx, clock, &events::campaign_changed(&campaign, spent_today, now)).await?;
    Ok((campaign, Outcome::Charged(price)))
}

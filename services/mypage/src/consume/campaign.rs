//! ad.campaign.v1: stores the tenant's own campaigns; a tombstone deletes one.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::{
    ad::v1::{CampaignChanged, CampaignStatus},
    read,
};
use sqlx::PgConnection;

use super::Handlers;
use crate::{
    domain::campaign::{Campaign, Status},
    store,
};

impl Consume<CampaignChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<CampaignChanged>) -> Result<(), ConsumeError> {
        let Some(changed) = event.payload else {
            return Ok(store::campaign::delete(conn, read::id("key", &event.key)?).await?);
        };
        let version = read::version(changed.version)?;
        // A status that this version does not know is shown as paused. Amounts are only shown.
        let status = match changed.status() {
            CampaignStatus::Draft => Status::Draft,
            CampaignStatus::InReview => Status::InReview,
            CampaignStatus::Active => Status::Active,
            CampaignStatus::Paused | CampaignStatus::Unspecified => Status::Paused,
            CampaignStatus::Ended => Status::Ended,
        };
        let budget = read::money(changed.daily_budget);
        let campaign = Campaign {
            campaign_id: read::id("campaign_id", &changed.campaign_id)?,
            status,
            name: read::text(&changed.name),
            headline: read::text(&changed.headline),
            currency_code: budget.currency_code,
            daily_budget_micros: budget.micros,
            spent_micros: read::money(changed.spent_today).micros,
            changed_at: read::time_or(changed.changed_at, event.time, self.clock.now()),
        };
        store::campaign::upsert(conn, event.tenant_id, &campaign, version).await?;
        Ok(())
    }
}

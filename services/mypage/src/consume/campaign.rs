//! ad.campaign.v1: stores the tenant's own campaigns.

use chassis::{
    consumer::{Consume, ConsumeError},
    event::Received,
};
use contracts::ad::v1::{CampaignChanged, CampaignStatus};
use sqlx::PgConnection;

use super::{Handlers, id, required, same_tenant, time};
use crate::{domain::campaign::Campaign, store};

impl Consume<CampaignChanged> for Handlers {
    async fn consume(&self, conn: &mut PgConnection, event: Received<CampaignChanged>) -> Result<(), ConsumeError> {
        let changed = required(event.payload)?;
        same_tenant(event.tenant_id, &changed.tenant_id)?;
        let budget = changed.daily_budget.clone().ok_or_else(|| ConsumeError::invalid("daily_budget is missing"))?;
        let campaign = Campaign {
            campaign_id: id("campaign_id", &changed.campaign_id)?,
            active: changed.status() == CampaignStatus::Active,
            name: changed.name,
            headline: changed.headline,
            currency_code: budget.currency_code,
            daily_budget_micros: budget.micros,
            spent_micros: changed.spent_today.map_or(0, |money| money.micros),
            changed_at: time("changed_at", changed.changed_at)?,
        };
        store::campaign::upsert(conn, event.tenant_id, &campaign, changed.version).await?;
        Ok(())
    }
}

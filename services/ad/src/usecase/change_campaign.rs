//! Changes the status, bid or daily budget of a campaign.

use chassis::id::TenantId;

use super::{limit_active::limit_active, tenant::tenant};
use crate::{
    app::App,
    domain::campaign::{CampaignChange, CampaignId, CampaignToday, Status},
    error::Error,
    events, store,
};

/// Changes the fields that `change` names. Of two changes to the same field, the last one wins.
///
/// When every value stays the same, the version stays too, and nothing is published.
pub async fn change_campaign(
    app: &App,
    tenant_id: TenantId,
    id: CampaignId,
    change: &CampaignChange,
) -> Result<CampaignToday, Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let today = tenant(&mut tx, tenant_id).await?.today(app.clock.now());
    let mut campaign = store::campaign::lock(&mut tx, id).await?.ok_or(Error::CampaignNotFound)?;
    let budget = campaign.daily_budget;
    let spent = store::day::spent(&mut tx, id, today).await?;
    let before = campaign.status;
    if campaign.apply(change).map_err(Error::Invalid)? {
        if (before, campaign.status) == (Status::Paused, Status::Active) {
            limit_active(&mut tx, tenant_id).await?;
        }
        let now = app.clock.now();
        campaign.version += 1;
        campaign.updated_at = now;
        let status = (campaign.status != before).then_some(campaign.status);
        store::campaign::update(&mut tx, &campaign, status).await?;
        if campaign.daily_budget.micros < budget.micros {
            store::lowered_budget::insert(&mut tx, &campaign, budget, now).await?;
        }
        events::campaign_changed(&mut tx, &app.clock, &campaign, spent, now).await?;
        tx.commit().await?;
    }
    Ok(CampaignToday { campaign, spent })
}

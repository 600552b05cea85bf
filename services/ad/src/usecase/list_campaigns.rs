//! Lists the tenant's campaigns, newest first, each with its spending of the current day.

use std::collections::HashMap;

use chassis::id::TenantId;
use uuid::Uuid;

use super::tenant::tenant;
use crate::{
    app::App,
    domain::campaign::{Campaign, CampaignToday},
    error::Error,
    store,
};

/// Lists at most `limit` campaigns that are older than `before`.
pub async fn list_campaigns(
    app: &App,
    tenant_id: TenantId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<CampaignToday>, Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let campaigns = store::campaign::list(&mut tx, before, limit).await?;
    if campaigns.is_empty() {
        return Ok(vec![]);
    }
    let today = tenant(&mut tx, tenant_id).await?.today(app.clock.now());
    let ids: Vec<_> = campaigns.iter().map(|campaign| campaign.campaign_id).collect();
    let spent: HashMap<_, _> = store::day::spent_by_campaign(&mut tx, &ids, today).await?.into_iter().collect();
    let with_spent = |campaign: Campaign| CampaignToday {
        spent: spent.get(&campaign.campaign_id).copied().unwrap_or_default(),
        campaign,
    };
    Ok(campaigns.into_iter().map(with_spent).collect())
}

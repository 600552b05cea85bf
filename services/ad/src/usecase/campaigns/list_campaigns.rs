//! Lists the tenant's campaigns, newest first, each with its creatives and its spending of the current day.

use std::collections::HashMap;

use chassis::id::TenantId;
use uuid::Uuid;

use crate::{
    app::App,
    domain::{
        campaign::{Campaign, CampaignId, CampaignToday},
        creative::Creative,
    },
    error::Error,
    store,
    usecase::tenant::tenant,
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
    let mut creatives: HashMap<CampaignId, Vec<Creative>> = HashMap::new();
    for creative in store::creative::list(&mut tx, &ids).await? {
        creatives.entry(creative.campaign_id).or_default().push(creative);
    }
    let spent: HashMap<_, _> = store::day::spent_by_campaign(&mut tx, &ids, today).await?.into_iter().collect();
    let today = |campaign: Campaign| CampaignToday {
        creatives: creatives.remove(&campaign.campaign_id).unwrap_or_default(),
        spent: spent.get(&campaign.campaign_id).copied().unwrap_or_default(),
        campaign,
    };
    Ok(campaigns.into_iter().map(today).collect())
}

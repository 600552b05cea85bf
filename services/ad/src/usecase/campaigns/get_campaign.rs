//! Reads a campaign of the tenant, with its creatives and its spending of the current day.

use chassis::id::TenantId;

use crate::{
    app::App,
    domain::campaign::{CampaignId, CampaignToday},
    error::Error,
    store,
    usecase::tenant::tenant,
};

pub async fn get_campaign(app: &App, tenant_id: TenantId, id: CampaignId) -> Result<CampaignToday, Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let campaign = store::campaign::find(&mut tx, id).await?.ok_or(Error::CampaignNotFound)?;
    let creatives = store::creative::list(&mut tx, &[id]).await?;
    let today = tenant(&mut tx, tenant_id).await?.today(app.clock.now());
    let spent = store::day::spent(&mut tx, id, today).await?;
    Ok(CampaignToday { campaign, creatives, spent })
}

//! Removes a creative from a campaign.

use chassis::id::TenantId;

use super::position;
use crate::{
    app::App,
    domain::{
        campaign::{CampaignId, CampaignToday, Expected},
        creative::CreativeId,
    },
    error::Error,
    store,
    usecase::campaigns::edit::Edit,
};

/// Removes a creative. Links that name it lead where they led.
///
/// # Errors
/// [`Error::LastCreative`]: a campaign has at least one.
pub async fn remove_creative(
    app: &App,
    tenant_id: TenantId,
    (campaign, expected): (CampaignId, &Expected),
    id: CreativeId,
) -> Result<CampaignToday, Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let mut edit = Edit::open(&mut tx, &app.clock, tenant_id, campaign, expected).await?;
    let position = position(&edit.creatives, id)?;
    if edit.creatives.len() == 1 {
        return Err(Error::LastCreative);
    }
    store::creative::remove(&mut tx, id, app.clock.now()).await?;
    edit.creatives.remove(position);
    let changed = edit.save(&mut tx, &app.clock).await?;
    tx.commit().await?;
    Ok(changed)
}

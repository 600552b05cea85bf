//! Replaces a creative by another one, which is reviewed anew.

use chassis::id::TenantId;

use super::{check_image, position};
use crate::{
    app::App,
    domain::{
        campaign::{CampaignId, CampaignToday, Expected},
        creative::{Content, Creative, CreativeId, NewCreative},
    },
    error::Error,
    store,
    usecase::campaigns::edit::Edit,
};

/// Replaces a creative, and returns the new one with the campaign. The same content changes nothing.
pub async fn replace_creative(
    app: &App,
    tenant_id: TenantId,
    (campaign, expected): (CampaignId, &Expected),
    id: CreativeId,
    new: &NewCreative,
) -> Result<(Creative, CampaignToday), Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let mut edit = Edit::open(&mut tx, &app.clock, tenant_id, campaign, expected).await?;
    let position = position(&edit.creatives, id)?;
    let content = Content::new(new, app.config.ad_review).map_err(Error::Invalid)?;
    if edit.creatives[position].content == content {
        return Ok((edit.creatives[position].clone(), edit.into_today()));
    }
    check_image(&mut tx, &app.clock, &content).await?;
    let now = app.clock.now();
    let creative = Creative::new(CreativeId::new(&app.clock), &edit.campaign, content, app.config.ad_review, now);
    store::creative::remove(&mut tx, id, now).await?;
    store::creative::insert(&mut tx, &creative).await?;
    edit.creatives.remove(position);
    edit.creatives.push(creative.clone());
    let changed = edit.save(&mut tx, &app.clock).await?;
    tx.commit().await?;
    Ok((creative, changed))
}

//! Changes a campaign: each field but those of its creatives.

use chassis::id::TenantId;

use super::edit::Edit;
use crate::{
    app::App,
    domain::campaign::{CampaignChange, CampaignId, CampaignToday, Expected},
    error::Error,
};

/// Changes the fields that `change` names.
///
/// When every value stays the same, the version stays too, and nothing is published.
pub async fn change_campaign(
    app: &App,
    tenant_id: TenantId,
    id: CampaignId,
    expected: &Expected,
    change: &CampaignChange,
) -> Result<CampaignToday, Error> {
    let mut tx = app.db.begin(tenant_id).await?;
    let mut edit = Edit::open(&mut tx, &app.clock, tenant_id, id, expected).await?;
    let (reviews, today) = (edit.reviews(), edit.today);
    edit.campaign.apply(change, reviews, today).map_err(Error::Invalid)?;
    if !edit.is_changed() {
        return Ok(edit.into_today());
    }
    let changed = edit.save(&mut tx, &app.clock).await?;
    tx.commit().await?;
    Ok(changed)
}

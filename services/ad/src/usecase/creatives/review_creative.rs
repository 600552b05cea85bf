//! Approves or rejects a creative.

use super::position;
use crate::{
    app::App,
    domain::{
        campaign::{CampaignToday, Expected},
        creative::{CreativeId, Review},
    },
    error::Error,
    store,
    usecase::campaigns::edit::Edit,
};

/// Stores the review of a creative. Its campaign may become active by it, or a draft: see `Status::settled`.
pub async fn review_creative(app: &App, id: CreativeId, review: Review) -> Result<CampaignToday, Error> {
    let place = store::creative_review::find_campaign(app.db.worker(), id).await?;
    let (tenant_id, campaign) = place.ok_or(Error::CreativeNotFound)?;
    let mut tx = app.db.begin(tenant_id).await?;
    let mut edit = Edit::open(&mut tx, &app.clock, tenant_id, campaign, &Expected::Any).await?;
    let position = position(&edit.creatives, id)?;
    if edit.creatives[position].review == review {
        return Ok(edit.into_today());
    }
    store::creative_review::update(&mut tx, id, &review, app.clock.now()).await?;
    edit.creatives[position].review = review;
    let reviewed = edit.save(&mut tx, &app.clock).await?;
    tx.commit().await?;
    Ok(reviewed)
}

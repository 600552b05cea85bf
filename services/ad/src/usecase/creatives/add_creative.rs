//! Adds a creative to a campaign.

use chassis::id::TenantId;
use sqlx::PgConnection;

use super::check_image;
use crate::{
    app::App,
    domain::{
        campaign::{CampaignId, CampaignToday, Expected},
        creative::{Content, Creative, CreativeId, MAX_CREATIVES, NewCreative},
    },
    error::Error,
    store,
    usecase::campaigns::edit::Edit,
};

/// Adds a creative, and returns it with the campaign.
///
/// It runs in the transaction of the caller, which also stores the response under the idempotency key.
pub async fn add_creative(
    conn: &mut PgConnection,
    app: &App,
    tenant_id: TenantId,
    (campaign, expected): (CampaignId, &Expected),
    new: &NewCreative,
) -> Result<(Creative, CampaignToday), Error> {
    let (clock, reviewer) = (&app.clock, app.config.ad_review);
    let mut edit = Edit::open(conn, clock, tenant_id, campaign, expected).await?;
    let content = Content::new(new, reviewer).map_err(Error::Invalid)?;
    check_image(conn, clock, &content).await?;
    if edit.creatives.len() >= MAX_CREATIVES {
        return Err(Error::TooManyCreatives);
    }
    let creative = Creative::new(CreativeId::new(clock), &edit.campaign, content, reviewer, clock.now());
    store::creative::insert(conn, &creative).await?;
    edit.creatives.push(creative.clone());
    Ok((creative, edit.save(conn, clock).await?))
}

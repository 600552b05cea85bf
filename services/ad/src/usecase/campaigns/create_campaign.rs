//! Creates a campaign with its first creative.

use chassis::{clock::Clock, id::TenantId};
use sqlx::PgConnection;

use super::limit_active::limit_active;
use crate::{
    app::App,
    domain::{
        campaign::{Campaign, CampaignId, CampaignToday, NewCampaign},
        creative::{Creative, CreativeId, Reviews},
        money::Currency,
    },
    error::Error,
    events, store,
    usecase::{creatives::check_image, tenant::tenant},
};

/// Creates a campaign in the tenant's billing currency.
///
/// It runs in the transaction of the caller, which also stores the response under the idempotency key.
pub async fn create_campaign(
    conn: &mut PgConnection,
    app: &App,
    tenant_id: TenantId,
    new: &NewCampaign,
) -> Result<CampaignToday, Error> {
    let (clock, reviewer) = (&app.clock, app.config.ad_review);
    let (now, tenant) = (clock.now(), tenant(conn, tenant_id).await?);
    let code = &tenant.terms_at(now).currency_code;
    let currency = Currency::from_code(code).ok_or_else(|| Error::CurrencyUnsupported(code.clone()))?;
    let terms = (currency, tenant.today(now), reviewer);
    let (campaign, content) =
        Campaign::new(CampaignId::new(clock), tenant_id, terms, new, now).map_err(Error::Invalid)?;
    check_image(conn, clock, &content).await?;
    let creative = Creative::new(CreativeId::new(clock), &campaign, content, reviewer, now);
    insert(conn, clock, campaign, vec![creative]).await
}

/// Stores a new campaign and its creatives, and publishes it. Its status follows the creatives.
pub(super) async fn insert(
    conn: &mut PgConnection,
    clock: &Clock,
    mut campaign: Campaign,
    creatives: Vec<Creative>,
) -> Result<CampaignToday, Error> {
    campaign.status = campaign.status.settled(Reviews::of(&creatives));
    if campaign.status.is_counted() {
        limit_active(conn, campaign.tenant_id).await?;
    }
    store::campaign::insert(conn, &campaign).await?;
    for creative in &creatives {
        store::creative::insert(conn, creative).await?;
    }
    events::campaign_changed(conn, clock, &campaign, 0, campaign.created_at).await?;
    Ok(CampaignToday { campaign, creatives, spent: 0 })
}

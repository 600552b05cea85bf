//! Creates a campaign.

use chassis::{clock::Clock, id::TenantId};
use sqlx::PgConnection;

use super::{limit_active::limit_active, tenant::tenant};
use crate::{
    domain::{
        campaign::{Campaign, CampaignId, CampaignToday, NewCampaign},
        money::Currency,
    },
    error::Error,
    events, store,
};

/// Creates an active campaign in the tenant's billing currency.
///
/// It runs in the transaction of the caller, which also stores the response under the idempotency key.
pub async fn create_campaign(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant_id: TenantId,
    new: &NewCampaign,
) -> Result<CampaignToday, Error> {
    let now = clock.now();
    let currency = tenant(conn, tenant_id).await?.terms_at(now).currency_code.clone();
    let currency = Currency::from_code(&currency).ok_or(Error::CurrencyUnsupported(currency))?;
    let campaign = Campaign::new(CampaignId::new(clock), tenant_id, currency, new, now).map_err(Error::Invalid)?;
    limit_active(conn, tenant_id).await?;
    store::campaign::insert(conn, &campaign).await?;
    events::campaign_changed(conn, clock, &campaign, 0, now).await?;
    Ok(CampaignToday { campaign, spent: 0 })
}

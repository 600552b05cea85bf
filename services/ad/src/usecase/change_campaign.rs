//! Changing a campaign.

use chassis::clock::Clock;
use chassis::id::TenantId;
use chassis::outbox;
use sqlx::PgConnection;

use super::read_campaigns::{WithSpent, today};
use crate::domain::campaign::CampaignId;
use crate::domain::terms::Change;
use crate::error::Error;
use crate::events;
use crate::store::{campaigns, days};

/// Changes what the change names, and nothing else; the last one to change a field wins. Asking for what is already so
/// changes nothing and tells nobody.
///
/// # Errors
/// When the tenant has no such campaign, when fields can't be accepted, or when the database can't be reached.
pub async fn change_campaign(
    connection: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    id: CampaignId,
    change: &Change,
) -> Result<WithSpent, Error> {
    let day = today(connection, clock, tenant).await?;
    let mut campaign = campaigns::lock(connection, id).await?.ok_or(Error::CampaignNotFound)?;
    let spent_today = days::spent(connection, id, day).await?;
    let terms = change.check(campaign.terms()).map_err(Error::Invalid)?;
    if terms != campaign.terms() {
        let now = clock.now();
        campaign.bid = terms.bid;
        campaign.daily_budget = terms.daily_budget;
        campaign.status = terms.status;
        campaign.version += 1;
        campaign.updated_at = now;
        campaigns::update(connection, &campaign).await?;
        outbox::publish(connection, clock, &events::campaign_changed(&campaign, spent_today, now)).await?;
    }
    Ok(WithSpent { campaign, spent_today })
}

//! Making a campaign.

use chassis::clock::Clock;
use chassis::id::TenantId;
use chassis::outbox;
use sqlx::PgConnection;

use super::read_campaigns::WithSpent;
use crate::domain::campaign::{CampaignId, Draft};
use crate::domain::money::Currency;
use crate::error::Error;
use crate::events;
use crate::store::campaigns::{self, Campaign};
use crate::store::tenants;

/// Makes a campaign of the tenant, active at once, in the currency the tenant is billed in.
///
/// # Errors
/// When login has not told of the tenant yet, when its currency is not one to advertise in, when fields can't be accepted, or
/// when the database can't be reached.
pub async fn create_campaign(
    connection: &mut PgConnection,
    clock: &Clock,
    tenant: TenantId,
    draft: Draft,
) -> Result<WithSpent, Error> {
    let currency = tenants::get(connection, tenant).await?.ok_or(Error::TenantUnknown)?.currency_code;
    let currency = Currency::parse(&currency).ok_or(Error::CurrencyUnsupported(currency))?;
    let new = draft.check(currency).map_err(Error::Invalid)?;
    let now = clock.now();
    let campaign = Campaign::first(CampaignId::new(clock), tenant, new, now);
    campaigns::insert(connection, &campaign).await?;
    outbox::publish(connection, clock, &events::campaign_changed(&campaign, 0, now)).await?;
    Ok(WithSpent { campaign, spent_today: 0 })
}

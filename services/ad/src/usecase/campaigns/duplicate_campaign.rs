//! Duplicates a campaign as a draft, also one that has ended.

use chassis::{clock::Clock, id::TenantId, problem::FieldError};
use sqlx::PgConnection;

use super::create_campaign::insert;
use crate::{
    domain::{
        campaign::{Campaign, CampaignId, CampaignToday},
        creative::{Creative, CreativeId},
    },
    error::Error,
    store,
    usecase::tenant::tenant,
};

/// Creates a draft with the fields and the creatives of the campaign. What was approved stays approved: its content is the
/// same. A flight that is over is left out.
///
/// It runs in the transaction of the caller, which also stores the response under the idempotency key.
pub async fn duplicate_campaign(
    conn: &mut PgConnection,
    clock: &Clock,
    tenant_id: TenantId,
    id: CampaignId,
) -> Result<CampaignToday, Error> {
    let (now, tenant) = (clock.now(), tenant(conn, tenant_id).await?);
    let original = store::campaign::find(conn, id).await?.ok_or(Error::CampaignNotFound)?;
    let currency = &tenant.terms_at(now).currency_code;
    if original.bid.currency.code() != currency {
        let detail = format!("must be {currency}, the currency of the tenant: create another campaign");
        return Err(FieldError::new("bid.currency_code", "currency_mismatch", detail).into());
    }
    let draft = Campaign::duplicate(&original, CampaignId::new(clock), tenant.today(now), now);
    let creatives = store::creative::list(conn, &[id]).await?.into_iter().map(|creative| Creative {
        creative_id: CreativeId::new(clock),
        campaign_id: draft.campaign_id,
        created_at: now,
        ..creative
    });
    let creatives = creatives.collect();
    insert(conn, clock, draft, creatives).await
}

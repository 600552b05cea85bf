//! Lists what a tenant was charged, newest first, with the names of the campaigns.

use std::collections::HashMap;

use chassis::id::TenantId;

use crate::{
    app::App,
    domain::{
        campaign::CampaignId,
        charge::{Charge, ChargeId},
    },
    store,
};

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct Line {
    pub charge: Charge,
    pub campaign_name: String,
}

/// Lists at most `limit` lines that are older than `before`.
pub async fn statement(
    app: &App,
    tenant: TenantId,
    before: Option<ChargeId>,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    let charges = store::charge::list(&mut tx, before.map(|id| id.as_uuid()), limit).await?;
    let ids: Vec<_> = charges.iter().map(|charge| charge.campaign_id).collect();
    let names: HashMap<CampaignId, String> = store::report::names(&mut tx, &ids).await?.into_iter().collect();
    let line =
        |charge: Charge| Line { campaign_name: names.get(&charge.campaign_id).cloned().unwrap_or_default(), charge };
    Ok(charges.into_iter().map(line).collect())
}

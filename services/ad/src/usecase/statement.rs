//! Lists a tenant's ledger, newest first, with the names of the campaigns.

use std::collections::HashMap;

use chassis::id::TenantId;
use uuid::Uuid;

use crate::{
    app::App,
    domain::{campaign::CampaignId, ledger::Entry},
    store,
};

/// A line of the ledger.
#[derive(Clone, Debug)]
pub struct Line {
    pub entry: Entry,
    pub campaign_name: String,
}

/// Lists at most `limit` lines that are older than `before`.
pub async fn statement(
    app: &App,
    tenant: TenantId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Line>, sqlx::Error> {
    let mut tx = app.db.begin(tenant).await?;
    let entries = store::ledger::list(&mut tx, before, limit).await?;
    let ids: Vec<_> = entries.iter().map(|entry| entry.campaign_id).collect();
    let names: HashMap<CampaignId, String> = store::report::names(&mut tx, &ids).await?.into_iter().collect();
    let line = |entry: Entry| {
        let campaign_name = names.get(&entry.campaign_id).cloned().unwrap_or_default();
        Line { entry, campaign_name }
    };
    Ok(entries.into_iter().map(line).collect())
}

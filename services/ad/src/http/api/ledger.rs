//! `/v1/ledger`.

use axum::extract::State;
use chassis::{
    http::{Json, Page, PageQuery, Query},
    problem::Problem,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::advertiser::Advertiser;
use crate::{
    app::App,
    domain::{
        ledger::{Entry, EntryKind},
        money::Amount,
    },
    usecase::list_ledger::list_ledger,
};

/// A line of the ledger: a charge or a credit. It never changes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(super) struct LedgerEntry {
    /// UUID of the charge or of the credit.
    entry_id: String,
    /// "charge" or "credit".
    #[schema(example = "charge")]
    kind: String,
    /// UUID of the campaign.
    campaign_id: String,
    /// The amount; of a credit, what is given back.
    amount: Amount,
    /// UUID of the served ad that was clicked, of a charge.
    #[serde(skip_serializing_if = "Option::is_none")]
    serve_id: Option<String>,
    /// UUID of the charge that a credit corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    charge_id: Option<String>,
    /// Why a credit was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The day whose budget paid for the click, or the day of the credit, in your tenant's time zone.
    day: NaiveDate,
    /// When the ad was clicked or the credit was given.
    occurred_at: DateTime<Utc>,
}

impl From<Entry> for LedgerEntry {
    fn from(entry: Entry) -> Self {
        let (kind, serve_id, charge_id, reason) = match entry.kind {
            EntryKind::Charge { serve_id } => ("charge", Some(serve_id.to_string()), None, None),
            EntryKind::Credit { charge_id, reason } => ("credit", None, Some(charge_id.to_string()), Some(reason)),
        };
        Self {
            entry_id: entry.entry_id.to_string(),
            kind: kind.to_owned(),
            campaign_id: entry.campaign_id.to_string(),
            amount: entry.amount.into(),
            serve_id,
            charge_id,
            reason,
            day: entry.day,
            occurred_at: entry.occurred_at,
        }
    }
}

/// Lists the lines of your tenant's ledger, newest first: charges, and credits that correct them.
#[utoipa::path(
    get,
    path = "/v1/ledger",
    operation_id = "list_ledger",
    tag = "charges",
    params(PageQuery),
    responses(
        (status = OK, body = Page<LedgerEntry>),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn list(
    State(app): State<App>,
    advertiser: Advertiser,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<LedgerEntry>>, Problem> {
    let rows = list_ledger(&app, advertiser.tenant_id, page.after(), page.rows()).await?;
    Ok(Json(Page::new(rows, &page, |row| row.entry_id, LedgerEntry::from)))
}

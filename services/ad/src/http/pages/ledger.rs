//! `GET /ledger` and `GET /ledger.csv`: what the tenant was charged, and credits.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chassis::{
    http::{Query, html},
    id::TenantId,
    sign_in::Failure,
};
use futures::{StreamExt, stream};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    view::ledger::{LedgerPage, LineRow, csv_header, csv_line},
    visitor::Advertiser,
};
use crate::{app::App, usecase::statement::statement};

const PAGE: usize = 50;

/// The number of lines that an export reads at once.
const CHUNK: i64 = 1_000;

#[derive(Deserialize)]
pub(super) struct LedgerQuery {
    before: Option<Uuid>,
}

pub(super) async fn show(
    State(app): State<App>,
    advertiser: Advertiser,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    // One more than the page shows: whether there are older ones.
    let mut lines = statement(&app, advertiser.tenant_id, query.before, PAGE as i64 + 1).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let last = lines.last().filter(|_| more);
    let page = LedgerPage {
        layout: advertiser.layout(),
        hint: localizer.t.with("ledger-hint", &[("zone", localizer.zone_name())]),
        older: last.map(|line| format!("/ledger?before={}", line.entry.entry_id)),
        newest: query.before.is_none(),
        lines: lines.iter().map(|line| LineRow::new(&localizer, line)).collect(),
    };
    Ok(html(&page))
}

/// Sends the whole ledger as CSV, in chunks, so that its length does not matter.
pub(super) async fn export(State(app): State<App>, advertiser: Advertiser) -> Result<Response, Failure> {
    let first = statement(&app, advertiser.tenant_id, None, CHUNK).await?;
    let text = csv_header() + &first.iter().map(csv_line).collect::<String>();
    let next = first.last().map(|line| line.entry.entry_id);
    let state = Export { app, tenant: advertiser.tenant_id, next };
    let rest = stream::try_unfold(state, Export::chunk);
    let body = Body::from_stream(stream::iter([Ok(text)]).chain(rest));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"ledger.csv\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body).into_response())
}

/// The rest of an export.
struct Export {
    app: App,
    tenant: TenantId,
    /// The oldest line that was sent.
    next: Option<Uuid>,
}

impl Export {
    async fn chunk(mut self) -> Result<Option<(String, Self)>, sqlx::Error> {
        let Some(before) = self.next else { return Ok(None) };
        let lines = statement(&self.app, self.tenant, Some(before), CHUNK).await?;
        self.next = lines.last().map(|line| line.entry.entry_id);
        Ok(self.next.map(|_| (lines.iter().map(csv_line).collect(), self)))
    }
}

//! `GET /campaigns`: the tenant's campaigns, newest first.

use axum::{extract::State, response::Response};
use chassis::{
    http::{Query, html},
    sign_in::Failure,
};
use serde::Deserialize;

use super::{
    view::list::{CampaignRow, ListPage},
    visitor::Advertiser,
};
use crate::{app::App, domain::campaign::CampaignId, usecase::overview::overview};

const PAGE: usize = 50;

#[derive(Deserialize)]
pub(super) struct ListQuery {
    before: Option<CampaignId>,
}

pub(super) async fn show(
    State(app): State<App>,
    advertiser: Advertiser,
    Query(query): Query<ListQuery>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    // One more than the page shows: whether there are older ones.
    let mut rows = overview(&app, &localizer.tenant, query.before, PAGE as i64 + 1).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let last = rows.last().filter(|_| more);
    let page = ListPage {
        layout: advertiser.layout(),
        older: last.map(|row| format!("/campaigns?before={}", row.campaign.campaign_id)),
        newest: query.before.is_none(),
        campaigns: rows.iter().map(|row| CampaignRow::new(&localizer, row)).collect(),
    };
    Ok(html(&page))
}

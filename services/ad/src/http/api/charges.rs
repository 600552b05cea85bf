//! `/v1/charges`.

use axum::extract::State;
use chassis::{
    http::{Json, Page, PageQuery, Query},
    problem::Problem,
};

use super::{advertiser::Advertiser, view::Charge};
use crate::{app::App, usecase::list_charges::list_charges};

/// Lists your tenant's charges, newest first: one for each charged click.
#[utoipa::path(
    get,
    path = "/v1/charges",
    operation_id = "list_charges",
    tag = "charges",
    params(PageQuery),
    responses(
        (status = OK, body = Page<Charge>),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn list(
    State(app): State<App>,
    advertiser: Advertiser,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Charge>>, Problem> {
    let rows = list_charges(&app, advertiser.tenant_id, page.after(), page.rows()).await?;
    Ok(Json(Page::new(rows, &page, |row| row.charge_id.as_uuid(), Charge::from)))
}

use axum::extract::State;
use chassis::http::{Json, Page, PageQuery, Query};
use chassis::problem::Problem;

use super::advertiser::Advertiser;
use super::model::Charge;
use crate::app::App;
use crate::store::charges;

/// Lists what your company was charged, newest first: an item for each charged click.
#[utoipa::path(
    get,
    path = "/v1/charges",
    operation_id = "list_charges",
    tag = "charges",
    params(PageQuery),
    responses(
        (status = OK, body = Page<Charge>),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn list(
    State(app): State<App>,
    advertiser: Advertiser,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Charge>>, Problem> {
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let rows = charges::list(&mut tx, page.after(), page.rows()).await?;
    Ok(Json(Page::new(rows, &page, |row| row.charge_id.as_uuid(), Charge::from)))
}

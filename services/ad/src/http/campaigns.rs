use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use chassis::http::{Json, Page, PageQuery, Path, Query};
use chassis::idempotency::{self, IdempotencyKey};
use chassis::problem::Problem;

use super::advertiser::Advertiser;
use super::model::{Campaign, CampaignChange, NewCampaign};
use crate::app::App;
use crate::domain::campaign::CampaignId;
use crate::usecase::change_campaign::change_campaign;
use crate::usecase::create_campaign::create_campaign;
use crate::usecase::read_campaigns::{get_campaign, list_campaigns};

/// Makes a campaign, active at once.
///
/// With an `Idempotency-Key`, a repetition makes no second one and gets the same answer.
#[utoipa::path(
    post,
    path = "/v1/campaigns",
    operation_id = "create_campaign",
    tag = "campaigns",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same for each try of one request; kept for a day")),
    request_body = NewCampaign,
    responses(
        (status = CREATED, body = Campaign, headers(("Location" = String, description = "Where the campaign is"))),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = CONFLICT, body = Problem, content_type = "application/problem+json", description = "`tenant_not_known_yet`: your company was not heard of here yet"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn create(
    State(app): State<App>,
    advertiser: Advertiser,
    key: Option<IdempotencyKey>,
    Json(body): Json<NewCampaign>,
) -> Result<Response, Problem> {
    let Advertiser { tenant_id, owner } = advertiser;
    let mut tx = app.db.begin(tenant_id).await?;
    let draft = body.clone().into();
    let answer = idempotency::run(&mut tx, &app.clock, owner, key.as_ref(), &body, async |tx| {
        let made = create_campaign(tx, &app.clock, tenant_id, draft).await?;
        Ok((StatusCode::CREATED, Campaign::from(made)))
    })
    .await?;
    tx.commit().await?;
    let location = format!("/v1/campaigns/{}", answer.body["campaign_id"].as_str().unwrap_or_default());
    Ok(([(LOCATION, location)], answer).into_response())
}

/// Lists your company's campaigns, newest first.
#[utoipa::path(
    get,
    path = "/v1/campaigns",
    operation_id = "list_campaigns",
    tag = "campaigns",
    params(PageQuery),
    responses(
        (status = OK, body = Page<Campaign>),
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
) -> Result<Json<Page<Campaign>>, Problem> {
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let rows = list_campaigns(&mut tx, &app.clock, advertiser.tenant_id, page.after(), page.rows()).await?;
    Ok(Json(Page::new(rows, &page, |row| row.campaign.campaign_id.as_uuid(), Campaign::from)))
}

/// Reads a campaign, with what it has spent today.
#[utoipa::path(
    get,
    path = "/v1/campaigns/{campaign_id}",
    operation_id = "get_campaign",
    tag = "campaigns",
    params(("campaign_id" = CampaignId, Path, description = "The campaign")),
    responses(
        (status = OK, body = Campaign),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn get(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
) -> Result<Json<Campaign>, Problem> {
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    Ok(Json(get_campaign(&mut tx, &app.clock, advertiser.tenant_id, id).await?.into()))
}

/// Changes the status, bid or daily budget of a campaign.
///
/// What is left out stays. Of two who change the same field, the last one wins.
#[utoipa::path(
    patch,
    path = "/v1/campaigns/{campaign_id}",
    operation_id = "change_campaign",
    tag = "campaigns",
    params(("campaign_id" = CampaignId, Path, description = "The campaign")),
    request_body = CampaignChange,
    responses(
        (status = OK, body = Campaign),
        (status = UNAUTHORIZED, body = Problem, content_type = "application/problem+json"),
        (status = FORBIDDEN, body = Problem, content_type = "application/problem+json"),
        (status = NOT_FOUND, body = Problem, content_type = "application/problem+json"),
        (status = UNPROCESSABLE_ENTITY, body = Problem, content_type = "application/problem+json"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn change(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Json(body): Json<CampaignChange>,
) -> Result<Json<Campaign>, Problem> {
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let changed = change_campaign(&mut tx, &app.clock, advertiser.tenant_id, id, &body.into()).await?;
    tx.commit().await?;
    Ok(Json(changed.into()))
}

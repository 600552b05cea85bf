//! `/v1/campaigns`.

use axum::{
    extract::State,
    http::{StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use chassis::{
    http::{Changes, Json, Page, PageQuery, Path, Query},
    idempotency::{self, Answer, IdempotencyKey, KeyHeader},
    problem::Problem,
};

use super::{
    advertiser::Advertiser,
    if_match::{IfMatch, IfMatchHeader, Tag, tag, tagged},
    view::Campaign,
};
use crate::{
    app::App,
    domain::campaign::{CampaignChange, CampaignId, CampaignToday, NewCampaign},
    usecase::campaigns::{
        change_campaign::change_campaign, create_campaign::create_campaign, get_campaign::get_campaign,
        list_campaigns::list_campaigns,
    },
};

/// Creates a campaign with one creative, and starts it, or makes a draft.
///
/// It is active once a creative of it is approved. Until then it is in review.
///
/// A retry with the same `Idempotency-Key` creates no second campaign and gets the same answer.
#[utoipa::path(
    post,
    path = "/v1/campaigns",
    operation_id = "create_campaign",
    tag = "campaigns",
    params(KeyHeader),
    request_body = NewCampaign,
    responses(
        (
            status = CREATED, body = Campaign,
            headers(
                ("Location" = String, description = "Path of the campaign"),
                ("ETag" = String, description = "The state of the campaign, for `If-Match`. A repeated answer has none"),
            ),
        ),
        (
            status = CONFLICT, body = Problem,
            description = "`tenant_not_known_yet`: your tenant is not known here yet. \
                `too_many_campaigns`: your tenant has 1,000 active campaigns",
        ),
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
    let mut made = None;
    let answer = idempotency::run(&mut tx, &app.clock, owner, key.as_ref(), &body, async |tx| {
        let created = create_campaign(tx, &app, tenant_id, &body).await?;
        made = Some(tag(&created));
        Ok((StatusCode::CREATED, Campaign::from(created)))
    })
    .await?;
    tx.commit().await?;
    Ok(created(made, answer))
}

/// Answers with the address and the state of the campaign that was created.
pub(super) fn created(made: Option<Tag>, answer: Answer) -> Response {
    let location = format!("/v1/campaigns/{}", answer.body["campaign_id"].as_str().unwrap_or_default());
    ([(LOCATION, location)], tagged(made, answer)).into_response()
}

fn with_etag(campaign: CampaignToday) -> Response {
    (tag(&campaign), Json(Campaign::from(campaign))).into_response()
}

/// Lists your tenant's campaigns, newest first.
#[utoipa::path(
    get,
    path = "/v1/campaigns",
    operation_id = "list_campaigns",
    tag = "campaigns",
    params(PageQuery),
    responses(
        (status = OK, body = Page<Campaign>),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn list(
    State(app): State<App>,
    advertiser: Advertiser,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<Campaign>>, Problem> {
    let rows = list_campaigns(&app, advertiser.tenant_id, page.after(), page.rows()).await?;
    Ok(Json(Page::new(rows, &page, |row| row.campaign.campaign_id.as_uuid(), Campaign::from)))
}

/// Reads a campaign, with its creatives and its spending on the current day.
#[utoipa::path(
    get,
    path = "/v1/campaigns/{campaign_id}",
    operation_id = "get_campaign",
    tag = "campaigns",
    params(("campaign_id" = inline(CampaignId), Path, description = "The campaign")),
    responses(
        (
            status = OK, body = Campaign,
            headers(("ETag" = String, description = "The state of the campaign, for `If-Match`. A charge does not change it")),
        ),
        (status = NOT_FOUND, body = Problem),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn get(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
) -> Result<Response, Problem> {
    Ok(with_etag(get_campaign(&app, advertiser.tenant_id, id).await?))
}

/// Changes a campaign: targets, schedule, bid, budgets, frequency cap and status. Its creatives have addresses of their own.
///
/// A field that the body leaves out does not change. A field of a campaign that cannot be changed is refused. Without
/// `If-Match`, the last one of two changes to the same field wins.
///
/// A click on an ad that is already on a page keeps the auction's price and daily budget for 30 minutes. After that it costs
/// at most the present bid, and nothing if the campaign is paused or its present budget is spent.
#[utoipa::path(
    patch,
    path = "/v1/campaigns/{campaign_id}",
    operation_id = "change_campaign",
    tag = "campaigns",
    params(("campaign_id" = inline(CampaignId), Path, description = "The campaign"), IfMatchHeader),
    request_body = CampaignChange,
    responses(
        (status = OK, body = Campaign, headers(("ETag" = String, description = "The new state of the campaign"))),
        (status = NOT_FOUND, body = Problem),
        (
            status = CONFLICT, body = Problem,
            description = "`too_many_campaigns`: your tenant has 1,000 campaigns that are active or in review. \
                `campaign_ended`: an ended campaign cannot be changed",
        ),
        (status = PRECONDITION_FAILED, body = Problem, description = "The campaign was changed since that `ETag`"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn change(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    IfMatch(expected): IfMatch,
    Changes { body, .. }: Changes<CampaignChange, Campaign>,
) -> Result<Response, Problem> {
    Ok(with_etag(change_campaign(&app, advertiser.tenant_id, id, &expected, &body).await?))
}

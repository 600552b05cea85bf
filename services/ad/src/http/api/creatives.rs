//! `/v1/campaigns/{campaign_id}/creatives`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chassis::{
    http::{Changes, Json, Path},
    idempotency::{self, IdempotencyKey, KeyHeader},
    problem::Problem,
};

use super::{
    advertiser::Advertiser,
    creative_view::Creative,
    if_match::{IfMatch, IfMatchHeader, tag, tagged},
};
use crate::{
    app::App,
    domain::{
        campaign::CampaignId,
        creative::{CreativeId, NewCreative},
    },
    usecase::creatives::{
        add_creative::add_creative, remove_creative::remove_creative, replace_creative::replace_creative,
    },
};

/// Adds a creative to a campaign. It is served once it is approved.
///
/// A retry with the same `Idempotency-Key` adds no second creative and gets the same answer.
#[utoipa::path(
    post,
    path = "/v1/campaigns/{campaign_id}/creatives",
    operation_id = "add_creative",
    tag = "creatives",
    params(("campaign_id" = inline(CampaignId), Path, description = "The campaign"), IfMatchHeader, KeyHeader),
    request_body = NewCreative,
    responses(
        (
            status = CREATED, body = Creative,
            headers(("ETag" = String, description = "The new state of the campaign. A repeated answer has none")),
        ),
        (status = NOT_FOUND, body = Problem),
        (
            status = CONFLICT, body = Problem,
            description = "`too_many_creatives`: a campaign has at most 10. \
                `campaign_ended`: an ended campaign cannot be changed",
        ),
        (status = PRECONDITION_FAILED, body = Problem, description = "The campaign was changed since that `ETag`"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn add(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    IfMatch(expected): IfMatch,
    key: Option<IdempotencyKey>,
    Json(body): Json<NewCreative>,
) -> Result<Response, Problem> {
    let Advertiser { tenant_id, owner } = advertiser;
    let mut tx = app.db.begin(tenant_id).await?;
    let mut made = None;
    let answer = idempotency::run(&mut tx, &app.clock, owner, key.as_ref(), &body, async |tx| {
        let (creative, campaign) = add_creative(tx, &app, tenant_id, (id, &expected), &body).await?;
        made = Some(tag(&campaign));
        Ok((StatusCode::CREATED, Creative::from(creative)))
    })
    .await?;
    tx.commit().await?;
    Ok(tagged(made, answer))
}

/// Replaces a creative by another one, which has an id and a review of its own.
///
/// Ads that are already on pages lead where they led. The same content changes nothing.
#[utoipa::path(
    put,
    path = "/v1/campaigns/{campaign_id}/creatives/{creative_id}",
    operation_id = "replace_creative",
    tag = "creatives",
    params(
        ("campaign_id" = inline(CampaignId), Path, description = "The campaign"),
        ("creative_id" = inline(CreativeId), Path, description = "The creative to replace"),
        IfMatchHeader,
    ),
    request_body = NewCreative,
    responses(
        (
            status = OK, body = Creative, description = "The new creative",
            headers(("ETag" = String, description = "The new state of the campaign")),
        ),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "`campaign_ended`: an ended campaign cannot be changed"),
        (status = PRECONDITION_FAILED, body = Problem, description = "The campaign was changed since that `ETag`"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn replace(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((campaign, id)): Path<(CampaignId, CreativeId)>,
    IfMatch(expected): IfMatch,
    Changes { body, .. }: Changes<NewCreative, Creative>,
) -> Result<Response, Problem> {
    let (creative, campaign) = replace_creative(&app, advertiser.tenant_id, (campaign, &expected), id, &body).await?;
    Ok((tag(&campaign), Json(Creative::from(creative))).into_response())
}

/// Removes a creative from a campaign, which keeps at least one.
///
/// Ads that are already on pages lead where they led.
#[utoipa::path(
    delete,
    path = "/v1/campaigns/{campaign_id}/creatives/{creative_id}",
    operation_id = "remove_creative",
    tag = "creatives",
    params(
        ("campaign_id" = inline(CampaignId), Path, description = "The campaign"),
        ("creative_id" = inline(CreativeId), Path, description = "The creative to remove"),
        IfMatchHeader,
    ),
    responses(
        (status = NO_CONTENT, headers(("ETag" = String, description = "The new state of the campaign"))),
        (status = NOT_FOUND, body = Problem),
        (
            status = CONFLICT, body = Problem,
            description = "`last_creative`: a campaign has at least one. \
                `campaign_ended`: an ended campaign cannot be changed",
        ),
        (status = PRECONDITION_FAILED, body = Problem, description = "The campaign was changed since that `ETag`"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn remove(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((campaign, id)): Path<(CampaignId, CreativeId)>,
    IfMatch(expected): IfMatch,
) -> Result<Response, Problem> {
    let campaign = remove_creative(&app, advertiser.tenant_id, (campaign, &expected), id).await?;
    Ok((StatusCode::NO_CONTENT, tag(&campaign)).into_response())
}

//! `/v1/campaigns/{campaign_id}/duplicate`.

use axum::{extract::State, http::StatusCode, response::Response};
use chassis::{
    http::Path,
    idempotency::{self, IdempotencyKey, KeyHeader},
    problem::Problem,
};

use super::{advertiser::Advertiser, campaigns::created, if_match::tag, view::Campaign};
use crate::{app::App, domain::campaign::CampaignId, usecase::campaigns::duplicate_campaign::duplicate_campaign};

/// Duplicates a campaign, with its creatives, as a draft.
///
/// The reviews of its creatives are kept. A flight that is over is left out. A campaign that has ended can be duplicated, too.
#[utoipa::path(
    post,
    path = "/v1/campaigns/{campaign_id}/duplicate",
    operation_id = "duplicate_campaign",
    tag = "campaigns",
    params(("campaign_id" = inline(CampaignId), Path, description = "The campaign"), KeyHeader),
    responses(
        (
            status = CREATED, body = Campaign,
            headers(
                ("Location" = String, description = "Path of the new campaign"),
                ("ETag" = String, description = "The state of the campaign, for `If-Match`. A repeated answer has none"),
            ),
        ),
        (status = NOT_FOUND, body = Problem),
        (status = CONFLICT, body = Problem, description = "`tenant_not_known_yet`: your tenant is not known here yet"),
    ),
    security(("access_token" = [])),
)]
pub(super) async fn create(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    key: Option<IdempotencyKey>,
) -> Result<Response, Problem> {
    let Advertiser { tenant_id, owner } = advertiser;
    let mut tx = app.db.begin(tenant_id).await?;
    let mut made = None;
    let answer = idempotency::run(&mut tx, &app.clock, owner, key.as_ref(), &(), async |tx| {
        let draft = duplicate_campaign(tx, &app.clock, tenant_id, id).await?;
        made = Some(tag(&draft));
        Ok((StatusCode::CREATED, Campaign::from(draft)))
    })
    .await?;
    tx.commit().await?;
    Ok(created(made, answer))
}

//! `GET /campaigns/{campaign_id}/edit`, and the forms that change a campaign: its fields, its state, a copy of it.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::{Form, Path, html},
    idempotency::{self, IdempotencyKey},
    sign_in::Failure,
};
use serde::Deserialize;

use super::{
    create::to_created,
    detail::{self, Refused, RefusedForm},
    form::{CampaignForm, expected},
    view::form::{Filled, FormPage, Purpose},
    visitor::Advertiser,
};
use crate::{
    app::App,
    domain::campaign::{CampaignChange, CampaignId},
    error::Error,
    usecase::campaigns::{
        change_campaign::change_campaign, duplicate_campaign::duplicate_campaign, get_campaign::get_campaign,
    },
};

pub(super) async fn form(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let campaign = get_campaign(&app, advertiser.tenant_id, id).await?.campaign;
    let filled = Filled::new(&advertiser, &localizer, campaign.bid.currency);
    let form = CampaignForm::of(&campaign);
    Ok(html(&FormPage::new(filled, &Purpose::Edit(id.to_string()), &form, &[])))
}

/// Saves every field, if nobody has changed the campaign since the form was opened.
pub(super) async fn save(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Form(form): Form<CampaignForm>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let currency = get_campaign(&app, advertiser.tenant_id, id).await?.campaign.bid.currency;
    let errors = match form.to_change(currency) {
        Ok(change) => match change_campaign(&app, advertiser.tenant_id, id, &expected(&form.revision), &change).await {
            Ok(_) => return Ok(to_campaign(id)),
            Err(Error::Invalid(errors)) => errors,
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let filled = Filled::new(&advertiser, &localizer, currency);
    let page = FormPage::new(filled, &Purpose::Edit(id.to_string()), &form, &errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

#[derive(Deserialize)]
pub(super) struct StatusForm {
    status: String,
    revision: String,
}

/// Starts, pauses or ends the campaign.
pub(super) async fn set_status(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Form(form): Form<StatusForm>,
) -> Result<Response, Failure> {
    let change = CampaignChange { status: Some(form.status), ..CampaignChange::default() };
    match change_campaign(&app, advertiser.tenant_id, id, &expected(&form.revision), &change).await {
        Ok(_) => Ok(to_campaign(id)),
        Err(Error::Invalid(errors)) => {
            let refused = Refused { form: RefusedForm::Status, errors };
            detail::refused(&app, &advertiser, id, refused).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct DuplicateForm {
    form_key: String,
}

/// Makes a draft with the same fields and creatives, and leads to its form. A form that is sent twice makes one.
pub(super) async fn duplicate(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Form(form): Form<DuplicateForm>,
) -> Result<Response, Failure> {
    let key = IdempotencyKey::of_form(&form.form_key, &format!("duplicate {id}"));
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let draft = idempotency::run(&mut tx, &app.clock, advertiser.owner(), key.as_ref(), &(), async |tx| {
        let draft = duplicate_campaign(tx, &app.clock, advertiser.tenant_id, id).await?;
        Ok((StatusCode::CREATED, draft.campaign.campaign_id.to_string()))
    });
    let draft = draft.await?;
    tx.commit().await?;
    Ok(to_created(&draft, "/edit"))
}

pub(super) fn to_campaign(id: CampaignId) -> Response {
    Redirect::to(&format!("/campaigns/{id}")).into_response()
}

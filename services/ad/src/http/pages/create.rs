//! `GET /campaigns/new`, `POST /campaigns` and `POST /campaigns/preview`: a new campaign.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::{Form, html},
    sign_in::Failure,
};

use super::{
    form::CampaignForm,
    view::{
        form::{Filled, FormPage, Purpose},
        preview::{Preview, PreviewPart},
    },
    visitor::Advertiser,
};
use crate::{app::App, error::Error, usecase::campaigns::create_campaign::create_campaign};

pub(super) async fn form(State(app): State<App>, advertiser: Advertiser) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let currency = localizer.currency;
    let filled = Filled::new(&advertiser, &localizer, currency);
    let form = CampaignForm::empty(advertiser.locale.as_str());
    Ok(html(&FormPage::new(filled, &Purpose::Create, &form, &[])))
}

/// Creates the campaign and leads to it. A refused form is shown again with its errors.
pub(super) async fn create(
    State(app): State<App>,
    advertiser: Advertiser,
    Form(form): Form<CampaignForm>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let currency = localizer.currency;
    let (new, mut errors) = form.to_new(currency);
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    match create_campaign(&mut tx, &app, advertiser.tenant_id, &new).await {
        // Otherwise the transaction is rolled back: it only found the errors of the other fields.
        Ok(created) if errors.is_empty() => {
            tx.commit().await?;
            return Ok(Redirect::to(&format!("/campaigns/{}", created.campaign.campaign_id)).into_response());
        }
        Ok(_) => {}
        Err(Error::Invalid(more)) => errors.extend(more),
        Err(error) => return Err(error.into()),
    }
    let page = FormPage::new(Filled::new(&advertiser, &localizer, currency), &Purpose::Create, &form, &errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

/// Shows the ad of a form that is being filled in.
pub(super) async fn preview(
    State(app): State<App>,
    advertiser: Advertiser,
    Form(form): Form<CampaignForm>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    Ok(html(&PreviewPart { preview: Preview::of_form(&localizer, &form) }))
}

//! `GET /campaigns/new`, `POST /campaigns` and `POST /campaigns/preview`: a new campaign.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use chassis::{
    http::html,
    idempotency::{self, IdempotencyKey},
    problem::Problem,
    sign_in::Failure,
};

use super::{
    form::{
        CampaignForm,
        creative::NEW,
        sent::{File, Sent},
    },
    view::{
        errors::Errors,
        form::{Filled, FormPage, Purpose},
        image::ImageField,
        preview::{Preview, PreviewPart},
    },
    visitor::Advertiser,
};
use crate::{app::App, usecase::campaigns::create_campaign::create_campaign};

pub(super) async fn form(State(app): State<App>, advertiser: Advertiser) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let currency = localizer.currency;
    let filled = Filled::new(&advertiser, &localizer, currency);
    let form = CampaignForm::empty(advertiser.locale.as_str());
    Ok(html(&FormPage::new(filled, &Purpose::Create, &form, &[])))
}

/// Creates the campaign and leads to it; once, also if the form is sent twice. A refused form is shown again with its errors.
pub(super) async fn create(
    State(app): State<App>,
    advertiser: Advertiser,
    Sent { mut form, file }: Sent<CampaignForm>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let currency = localizer.currency;
    form.part = NEW.into();
    let mut errors = form.take_image(&app, advertiser.tenant_id, file).await?;
    let (new, unreadable) = form.to_new(currency);
    errors.extend(unreadable);
    let key = IdempotencyKey::of_form(&form.form_key, "create a campaign");
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let created = idempotency::run(&mut tx, &app.clock, advertiser.owner(), key.as_ref(), &new, async |tx| {
        match create_campaign(tx, &app, advertiser.tenant_id, &new).await.map_err(Problem::from) {
            Ok(created) if errors.is_empty() => Ok((StatusCode::CREATED, created.campaign.campaign_id.to_string())),
            // Nothing is stored: it only found the errors of the other fields.
            Ok(_) => Err(Problem::invalid(vec![])),
            Err(problem) => Err(problem),
        }
    });
    match created.await {
        Ok(created) => {
            tx.commit().await?;
            return Ok(to_created(&created, ""));
        }
        Err(problem) if problem.code() == "invalid_request" => errors.extend(problem.errors().iter().cloned()),
        Err(problem) => return Err(problem.into()),
    }
    let page = FormPage::new(Filled::new(&advertiser, &localizer, currency), &Purpose::Create, &form, &errors);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
}

/// Leads to a page of the campaign that a form has created, now or before.
pub(super) fn to_created(created: &idempotency::Answer, page: &str) -> Response {
    let id = created.body.as_str().unwrap_or_default();
    Redirect::to(&format!("/campaigns/{id}{page}")).into_response()
}

/// Shows the ad of a form that is being filled in. An image that was chosen is stored already, and the form gets its id.
pub(super) async fn preview(
    State(app): State<App>,
    advertiser: Advertiser,
    Sent { mut form, file }: Sent<CampaignForm>,
) -> Result<Response, Failure> {
    let localizer = advertiser.localizer(&app).await?;
    let is_image_changed = !matches!(file, File::None) || !form.remove_image.is_empty();
    let errors = form.take_image(&app, advertiser.tenant_id, file).await?;
    let errors = Errors::new(&localizer, localizer.currency, &errors);
    let image = is_image_changed.then(|| ImageField::new(&localizer.t, &form, &errors));
    Ok(html(&PreviewPart { preview: Preview::of_form(&localizer, &form), image }))
}

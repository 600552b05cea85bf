//! The forms of a campaign's creatives: add, replace, remove.

use axum::{extract::State, http::StatusCode, response::Response};
use chassis::{
    http::{Form, Path},
    idempotency::{self, IdempotencyKey},
    sign_in::Failure,
};
use serde::Deserialize;

use super::{
    detail::{Refused, RefusedForm, refused},
    edit::to_campaign,
    form::{CampaignForm, creative::NEW, expected, sent::Sent},
    visitor::Advertiser,
};
use crate::{
    app::App,
    domain::{
        campaign::CampaignId,
        creative::{CreativeId, NewCreativeImage},
    },
    error::Error,
    usecase::{
        campaigns::get_campaign::get_campaign,
        creatives::{add_creative::add_creative, remove_creative::remove_creative, replace_creative::replace_creative},
    },
};

/// Adds the creative; once, also if the form is sent twice.
pub(super) async fn add(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Sent { mut form, file }: Sent<CampaignForm>,
) -> Result<Response, Failure> {
    form.part = NEW.into();
    let errors = form.take_image(&app, advertiser.tenant_id, file).await?;
    if !errors.is_empty() {
        return refused(&app, &advertiser, id, Refused { form: RefusedForm::NewCreative(form), errors }).await;
    }
    let (new, expected) = (form.to_creative(), expected(&form.revision));
    let key = IdempotencyKey::of_form(&form.form_key, &format!("add a creative to {id}"));
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let added = idempotency::run(&mut tx, &app.clock, advertiser.owner(), key.as_ref(), &new, async |tx| {
        let (creative, _) = add_creative(tx, &app, advertiser.tenant_id, (id, &expected), &new).await?;
        Ok((StatusCode::CREATED, creative.creative_id.to_string()))
    });
    match added.await {
        Ok(_) => {
            tx.commit().await?;
            Ok(to_campaign(id))
        }
        Err(problem) if !problem.errors().is_empty() => {
            let errors = problem.errors().to_vec();
            refused(&app, &advertiser, id, Refused { form: RefusedForm::NewCreative(form), errors }).await
        }
        Err(problem) => Err(problem.into()),
    }
}

pub(super) async fn replace(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((id, creative)): Path<(CampaignId, CreativeId)>,
    Sent { mut form, file }: Sent<CampaignForm>,
) -> Result<Response, Failure> {
    form.part = creative.to_string();
    let errors = form.take_image(&app, advertiser.tenant_id, file).await?;
    if !errors.is_empty() {
        return refused(&app, &advertiser, id, Refused { form: RefusedForm::Creative(creative, form), errors }).await;
    }
    let mut new = form.to_creative();
    if form.image_id.is_none() {
        // A form of an earlier version has the texts only: the image stays.
        let mut creatives = get_campaign(&app, advertiser.tenant_id, id).await?.creatives.into_iter();
        let stored = creatives.find(|stored| stored.creative_id == creative);
        new.image = stored.and_then(|stored| stored.content.image).map(NewCreativeImage::from);
    }
    let expected = expected(&form.revision);
    let replaced = replace_creative(&app, advertiser.tenant_id, (id, &expected), creative, &new).await;
    match replaced {
        Ok(_) => Ok(to_campaign(id)),
        Err(Error::Invalid(errors)) => {
            refused(&app, &advertiser, id, Refused { form: RefusedForm::Creative(creative, form), errors }).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct RemoveForm {
    revision: String,
}

pub(super) async fn remove(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((id, creative)): Path<(CampaignId, CreativeId)>,
    Form(form): Form<RemoveForm>,
) -> Result<Response, Failure> {
    remove_creative(&app, advertiser.tenant_id, (id, &expected(&form.revision)), creative).await?;
    Ok(to_campaign(id))
}

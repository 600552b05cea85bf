//! The forms of a campaign's creatives: add, replace, remove.

use axum::{extract::State, response::Response};
use chassis::{
    http::{Form, Path},
    sign_in::Failure,
};
use serde::Deserialize;

use super::{
    detail::{Refused, RefusedForm, refused},
    edit::to_campaign,
    form::expected,
    visitor::Advertiser,
};
use crate::{
    app::App,
    domain::{
        campaign::CampaignId,
        creative::{CreativeId, NewCreative},
    },
    error::Error,
    usecase::creatives::{
        add_creative::add_creative, remove_creative::remove_creative, replace_creative::replace_creative,
    },
};

/// The fields as a person wrote them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CreativeForm {
    pub(super) headline: String,
    pub(super) body: String,
    pub(super) landing_url: String,
    revision: String,
}

impl CreativeForm {
    fn to_new(&self) -> NewCreative {
        let Self { headline, body, landing_url, .. } = self.clone();
        NewCreative { headline, body, landing_url }
    }
}

pub(super) async fn add(
    State(app): State<App>,
    advertiser: Advertiser,
    Path(id): Path<CampaignId>,
    Form(form): Form<CreativeForm>,
) -> Result<Response, Failure> {
    let mut tx = app.db.begin(advertiser.tenant_id).await?;
    let expected = expected(&form.revision);
    let added = add_creative(&mut tx, &app, advertiser.tenant_id, (id, &expected), &form.to_new()).await;
    match added {
        Ok(_) => {
            tx.commit().await?;
            Ok(to_campaign(id))
        }
        Err(Error::Invalid(errors)) => {
            refused(&app, &advertiser, id, Refused { form: RefusedForm::NewCreative(form), errors }).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn replace(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((id, creative)): Path<(CampaignId, CreativeId)>,
    Form(form): Form<CreativeForm>,
) -> Result<Response, Failure> {
    let expected = expected(&form.revision);
    let replaced = replace_creative(&app, advertiser.tenant_id, (id, &expected), creative, &form.to_new()).await;
    match replaced {
        Ok(_) => Ok(to_campaign(id)),
        Err(Error::Invalid(errors)) => {
            refused(&app, &advertiser, id, Refused { form: RefusedForm::Creative(creative, form), errors }).await
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((id, creative)): Path<(CampaignId, CreativeId)>,
    Form(form): Form<CreativeForm>,
) -> Result<Response, Failure> {
    remove_creative(&app, advertiser.tenant_id, (id, &expected(&form.revision)), creative).await?;
    Ok(to_campaign(id))
}

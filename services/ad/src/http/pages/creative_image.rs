//! `POST /campaigns/{campaign_id}/creatives/{creative_id}/image`: the image of a creative.

use axum::{
    body::Bytes,
    extract::{Multipart, State, multipart::MultipartError},
    http::StatusCode,
    response::Response,
};
use chassis::{
    http::Path,
    problem::{FieldError, Problem},
    sign_in::Failure,
};

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
        creative::{Content, CreativeId, MAX_BYTES, NewCreative, NewCreativeImage},
    },
    error::Error,
    usecase::{
        campaigns::get_campaign::get_campaign, creatives::replace_creative::replace_creative,
        images::upload_image::upload_image,
    },
};

/// The longest image, with the other fields of the form.
pub(super) const MAX_FORM: usize = MAX_BYTES + 64 * 1024;

#[derive(Clone, Debug, Default)]
struct ImageForm {
    revision: String,
    /// Empty if no file was chosen.
    image: Bytes,
    alt: String,
    /// The button that removes the image.
    remove: bool,
}

/// Sets, describes or removes the image. The creative is replaced, because it is reviewed with its image.
pub(super) async fn save(
    State(app): State<App>,
    advertiser: Advertiser,
    Path((id, creative)): Path<(CampaignId, CreativeId)>,
    multipart: Multipart,
) -> Result<Response, Failure> {
    let (alt, saved) = match read(multipart).await {
        Ok(form) => (form.alt.clone(), replace(&app, &advertiser, (id, creative), form).await),
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            (String::new(), Err(FieldError::new("image", "too_large", "must be at most 1 MiB").into()))
        }
        Err(error) => {
            tracing::debug!(error = &error as &dyn std::error::Error, "form not readable");
            return Err(Problem::new(StatusCode::BAD_REQUEST, "unreadable_body", "The form cannot be read.").into());
        }
    };
    let errors = match saved {
        Ok(()) => return Ok(to_campaign(id)),
        Err(Error::Invalid(errors)) => errors.into_iter().map(of_field).collect(),
        Err(Error::ImageQuotaExceeded) => vec![FieldError::new("image", "quota_exceeded", "too many images")],
        Err(error) => return Err(error.into()),
    };
    refused(&app, &advertiser, id, Refused { form: RefusedForm::Image(creative, alt), errors }).await
}

async fn read(mut multipart: Multipart) -> Result<ImageForm, MultipartError> {
    let mut form = ImageForm::default();
    while let Some(field) = multipart.next_field().await? {
        match field.name() {
            Some("revision") => form.revision = field.text().await?,
            Some("alt") => form.alt = field.text().await?,
            Some("image") => form.image = field.bytes().await?,
            Some("remove") => form.remove = true,
            _ => {}
        }
    }
    Ok(form)
}

async fn replace(
    app: &App,
    advertiser: &Advertiser,
    (id, creative): (CampaignId, CreativeId),
    form: ImageForm,
) -> Result<(), Error> {
    let mut creatives = get_campaign(app, advertiser.tenant_id, id).await?.creatives.into_iter();
    let stored = creatives.find(|each| each.creative_id == creative).ok_or(Error::CreativeNotFound)?;
    let Content { headline, body, landing_url, image } = stored.content;
    let image_id = match image {
        _ if form.remove => None,
        _ if !form.image.is_empty() => {
            Some(upload_image(app, advertiser.tenant_id, form.image).await?.image_id.to_string())
        }
        Some(image) => Some(image.image_id.to_string()),
        None => return Err(FieldError::new("image", "required", "must be given").into()),
    };
    let image = image_id.map(|image_id| NewCreativeImage { image_id, alt: form.alt });
    let new = NewCreative { headline, body, landing_url, image };
    replace_creative(app, advertiser.tenant_id, (id, &expected(&form.revision)), creative, &new).await.map(drop)
}

/// Names the field of this form.
fn of_field(error: FieldError) -> FieldError {
    if error.field == "image.alt" { FieldError::new("alt", error.code, error.detail) } else { error }
}

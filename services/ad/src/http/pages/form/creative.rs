//! The part of a form that is about a creative: its texts and its image.

use chassis::{id::TenantId, problem::FieldError};

use super::{CampaignForm, sent::File};
use crate::{
    app::App,
    domain::creative::{Content, NewCreative, NewCreativeImage},
    error::Error,
    usecase::images::upload_image::upload_image,
};

/// The part of a creative that does not exist yet.
pub(in crate::http::pages) const NEW: &str = "new";

impl CampaignForm {
    /// The form of a new creative in that language.
    pub(in crate::http::pages) fn empty_creative(locale: &str) -> Self {
        Self { locale: locale.to_owned(), part: NEW.into(), ..Self::default() }
    }

    /// The form of an existing creative.
    pub(in crate::http::pages) fn of_creative(content: &Content, locale: &str, part: &str) -> Self {
        let image = content.image.as_ref();
        Self {
            headline: content.headline.clone(),
            body: content.body.clone(),
            landing_url: content.landing_url.clone(),
            image_id: Some(image.map(|image| image.image_id.to_string()).unwrap_or_default()),
            image_alt: image.map(|image| image.alt.clone()).unwrap_or_default(),
            locale: locale.to_owned(),
            part: part.to_owned(),
            ..Self::default()
        }
    }

    pub(in crate::http::pages) fn to_creative(&self) -> NewCreative {
        NewCreative {
            headline: self.headline.clone(),
            body: self.body.clone(),
            landing_url: self.landing_url.clone(),
            image: self.image(),
        }
    }

    pub(super) fn image(&self) -> Option<NewCreativeImage> {
        let image_id = self.image_id.clone().filter(|id| !id.is_empty())?;
        Some(NewCreativeImage { image_id, alt: self.image_alt.clone() })
    }

    /// Stores the file, which becomes the image of the form: a form that is refused for another field has it when it is shown
    /// again. Or removes the image.
    ///
    /// Returns what is wrong with the file.
    pub(in crate::http::pages) async fn take_image(
        &mut self,
        app: &App,
        tenant_id: TenantId,
        file: File,
    ) -> Result<Vec<FieldError>, Error> {
        let refused = |code, detail| Ok(vec![FieldError::new("image", code, detail)]);
        let content = match file {
            File::Content(content) => content,
            File::TooLarge => return refused("too_large", "must be at most 1 MiB"),
            File::None => {
                if !self.remove_image.is_empty() {
                    (self.image_id, self.image_alt) = (Some(String::new()), String::new());
                }
                return Ok(vec![]);
            }
        };
        match upload_image(app, tenant_id, content).await {
            Ok(image) => {
                self.image_id = Some(image.image_id.to_string());
                Ok(vec![])
            }
            Err(Error::Invalid(errors)) => Ok(errors),
            Err(Error::ImageQuotaExceeded) => refused("quota_exceeded", "the images of the tenant take too much space"),
            Err(Error::Busy) => refused("busy", "other images are read now"),
            Err(error) => Err(error),
        }
    }
}

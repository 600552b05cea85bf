//! The field of an ad's image.

use chassis::text::Texts;

use super::errors::Errors;
use crate::http::pages::form::CampaignForm;

/// A file input, with the id of the image that is stored already.
pub(in crate::http::pages) struct ImageField {
    /// See [`CampaignForm::part`].
    pub(in crate::http::pages) part: String,
    pub(in crate::http::pages) label: String,
    pub(in crate::http::pages) hint: String,
    /// Empty for no image.
    pub(in crate::http::pages) image_id: String,
    pub(in crate::http::pages) remove: String,
    pub(in crate::http::pages) error: Option<String>,
}

impl ImageField {
    pub(in crate::http::pages) fn new(t: &Texts, form: &CampaignForm, errors: &Errors) -> Self {
        let image_id = form.image_id.clone().unwrap_or_default();
        Self {
            part: form.part.clone(),
            label: t.get(if image_id.is_empty() { "form-image" } else { "form-image-other" }),
            hint: t.get("form-image-hint"),
            remove: t.get("form-image-remove"),
            error: errors.get("image"),
            image_id,
        }
    }
}

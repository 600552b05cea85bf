//! The preview of an ad: as a page of mypage shows it, in the language of the ad.

use askama::Template;
use chassis::text::Locale;

use super::{Localizer, image::ImageField, texts};
use crate::{
    domain::{creative::ImageId, tenant::Tenant},
    http::pages::form::CampaignForm,
};

pub(in crate::http::pages) struct Preview {
    pub(in crate::http::pages) locale: &'static str,
    pub(in crate::http::pages) label: String,
    pub(in crate::http::pages) badge: String,
    pub(in crate::http::pages) advertiser: String,
    pub(in crate::http::pages) headline: String,
    pub(in crate::http::pages) body: String,
    pub(in crate::http::pages) image: Option<PreviewImage>,
    /// See [`CampaignForm::part`].
    pub(in crate::http::pages) part: String,
}

pub(in crate::http::pages) struct PreviewImage {
    pub(in crate::http::pages) url: String,
    pub(in crate::http::pages) alt: String,
}

/// The preview, which htmx inserts; and the field of the image, if the form has another image now.
#[derive(Template)]
#[template(path = "parts/preview.html")]
pub(in crate::http::pages) struct PreviewPart {
    pub(in crate::http::pages) preview: Preview,
    pub(in crate::http::pages) image: Option<ImageField>,
}

impl Preview {
    /// Empty texts are shown as examples.
    pub(in crate::http::pages) fn of_form(localizer: &Localizer, form: &CampaignForm) -> Self {
        let locale: Locale = form.locale.parse().unwrap_or_default();
        let t = texts(locale);
        let shown = |text: &str, example: &str| if text.trim().is_empty() { t.get(example) } else { text.to_owned() };
        let Tenant { tenant_id, name, .. } = &localizer.tenant;
        let id: Option<ImageId> = form.image_id.as_deref().and_then(|id| id.parse().ok());
        Self {
            locale: t.locale.as_str(),
            label: t.with("preview-label", &[("advertiser", name)]),
            badge: t.get("preview-badge"),
            advertiser: name.clone(),
            headline: shown(&form.headline, "preview-headline"),
            body: shown(&form.body, "preview-body"),
            image: id.map(|id| PreviewImage { url: id.path(*tenant_id), alt: form.image_alt.clone() }),
            part: form.part.clone(),
        }
    }
}

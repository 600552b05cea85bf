//! The preview of an ad: as a page of mypage shows it, in the language of the ad.

use askama::Template;
use chassis::text::{Locale, Texts};

use super::{Localizer, texts};
use crate::http::pages::form::CampaignForm;

pub(in crate::http::pages) struct Preview {
    pub(in crate::http::pages) locale: &'static str,
    pub(in crate::http::pages) label: String,
    pub(in crate::http::pages) badge: String,
    pub(in crate::http::pages) advertiser: String,
    pub(in crate::http::pages) headline: String,
    pub(in crate::http::pages) body: String,
    /// The address of the image.
    pub(in crate::http::pages) image: Option<String>,
}

/// The preview alone, which htmx inserts.
#[derive(Template)]
#[template(path = "parts/preview.html")]
pub(in crate::http::pages) struct PreviewPart {
    pub(in crate::http::pages) preview: Preview,
}

impl Preview {
    /// Empty texts are shown as examples.
    pub(in crate::http::pages) fn of_form(localizer: &Localizer, form: &CampaignForm) -> Self {
        let locale: Locale = form.locale.parse().unwrap_or_default();
        let t = texts(locale);
        let shown = |text: &str, example: &str| if text.trim().is_empty() { t.get(example) } else { text.to_owned() };
        let headline = shown(&form.headline, "preview-headline");
        let body = shown(&form.body, "preview-body");
        Self::new(&t, &localizer.tenant.name, (headline, body), None)
    }

    pub(in crate::http::pages) fn new(
        t: &Texts,
        advertiser: &str,
        (headline, body): (String, String),
        image: Option<String>,
    ) -> Self {
        Self {
            locale: t.locale.as_str(),
            label: t.with("preview-label", &[("advertiser", advertiser)]),
            badge: t.get("preview-badge"),
            advertiser: advertiser.to_owned(),
            headline,
            body,
            image,
        }
    }
}

//! The creatives of a campaign's page: each with its preview, its review and its form.

use super::{Localizer, errors::Errors, field::Field, image::ImageField, preview::Preview};
use crate::{
    domain::{
        campaign::Campaign,
        creative::{Creative, Review},
    },
    http::pages::{detail::RefusedForm, form::CampaignForm},
};

pub(super) struct CreativeView {
    pub(super) creative_id: String,
    pub(super) review: String,
    pub(super) review_class: &'static str,
    /// Why it was rejected.
    pub(super) reason: Option<String>,
    pub(super) landing_url: String,
    pub(super) form: CreativeForm,
    /// Whether its form is shown without a press.
    pub(super) open: bool,
}

/// The form of a creative.
pub(super) struct CreativeForm {
    /// The ad as it is filled in.
    pub(super) preview: Preview,
    pub(super) fields: Vec<Field>,
    pub(super) image: ImageField,
    /// The text of the image.
    pub(super) image_texts: Vec<Field>,
}

impl CreativeView {
    pub(super) fn new(
        localizer: &Localizer,
        campaign: &Campaign,
        creative: &Creative,
        refused: Option<(&RefusedForm, &Errors)>,
    ) -> Self {
        let t = &localizer.t;
        let (id, content) = (creative.creative_id.to_string(), &creative.content);
        let (review, review_class) = match creative.review {
            Review::Pending => (t.get("review-pending"), "accent"),
            Review::Approved => (t.get("review-approved"), "good"),
            Review::Rejected { .. } => (t.get("review-rejected"), "error"),
        };
        let (form, open) = match refused {
            Some((RefusedForm::Creative(of, sent), errors)) if *of == creative.creative_id => {
                (CreativeForm::new(localizer, sent, errors), true)
            }
            _ => {
                let stored = CampaignForm::of_creative(content, campaign.locale.as_str(), &id);
                (CreativeForm::new(localizer, &stored, &Errors::default()), false)
            }
        };
        Self {
            creative_id: id,
            review,
            review_class,
            reason: creative.review.reason().map(str::to_owned),
            landing_url: content.landing_url.clone(),
            form,
            open,
        }
    }
}

impl CreativeForm {
    /// Its ids are unique in the page.
    pub(super) fn new(localizer: &Localizer, form: &CampaignForm, errors: &Errors) -> Self {
        let t = &localizer.t;
        let unique = |field: Field| Field { id: format!("{}-{}", field.id, form.part), ..field };
        let landing_url = Field::text(t, "landing_url", &form.landing_url, 2_000, errors);
        let fields = [
            Field::text(t, "headline", &form.headline, 60, errors),
            Field::text(t, "body", &form.body, 140, errors),
            Field { kind: "url", ..landing_url },
        ];
        let image_text = Field::text(t, "image_alt", &form.image_alt, 140, errors);
        Self {
            preview: Preview::of_form(localizer, form),
            fields: fields.map(unique).into(),
            image: ImageField::new(t, form, errors),
            image_texts: vec![unique(Field { required: false, ..image_text })],
        }
    }

    /// The form of one more creative, and whether it was refused.
    pub(super) fn one_more(
        localizer: &Localizer,
        campaign: &Campaign,
        refused: Option<(&RefusedForm, &Errors)>,
    ) -> (Self, bool) {
        match refused {
            Some((RefusedForm::NewCreative(sent), errors)) => (Self::new(localizer, sent, errors), true),
            _ => {
                let empty = CampaignForm::empty_creative(campaign.locale.as_str());
                (Self::new(localizer, &empty, &Errors::default()), false)
            }
        }
    }
}

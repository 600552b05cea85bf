//! The form of a creative's image.

use chassis::text::Texts;

use super::{errors::Errors, field::Field};
use crate::domain::creative::CreativeImage;

pub(in crate::http::pages) struct ImageFields {
    pub(in crate::http::pages) file: Field,
    pub(in crate::http::pages) alt: Field,
    /// Whether there is an image to remove.
    pub(in crate::http::pages) is_set: bool,
    /// Whether the form is shown.
    pub(in crate::http::pages) open: bool,
}

impl ImageFields {
    /// `sent` is the text of a refused form with its errors. `suffix` makes the ids unique.
    pub(in crate::http::pages) fn new(
        t: &Texts,
        suffix: &str,
        sent: Option<(&str, &Errors)>,
        stored: Option<&CreativeImage>,
    ) -> Self {
        let none = Errors::default();
        let (alt, errors) = sent.unwrap_or_else(|| (stored.map_or("", |image| image.alt.as_str()), &none));
        let unique = |field: Field| Field { id: format!("{}-{suffix}", field.name), ..field };
        let file =
            Field { kind: "file", required: stored.is_none(), max: None, ..Field::text(t, "image", "", 0, errors) };
        Self {
            file: unique(file),
            alt: unique(Field::text(t, "alt", alt, 140, errors)),
            is_set: stored.is_some(),
            open: sent.is_some(),
        }
    }
}

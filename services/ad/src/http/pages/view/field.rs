//! Fields of forms.

use chassis::text::Texts;

use super::errors::Errors;

/// An input with its label, its hint and its error.
pub(in crate::http::pages) struct Field {
    /// Unique in its page.
    pub(in crate::http::pages) id: String,
    pub(in crate::http::pages) name: &'static str,
    pub(in crate::http::pages) kind: &'static str,
    pub(in crate::http::pages) label: String,
    /// Empty for none.
    pub(in crate::http::pages) hint: String,
    pub(in crate::http::pages) value: String,
    pub(in crate::http::pages) required: bool,
    pub(in crate::http::pages) max: Option<usize>,
    /// The keyboard of a phone.
    pub(in crate::http::pages) mode: Option<&'static str>,
    pub(in crate::http::pages) error: Option<String>,
}

/// An option of a list, or a button.
pub(in crate::http::pages) struct Choice {
    pub(in crate::http::pages) value: String,
    pub(in crate::http::pages) label: String,
    pub(in crate::http::pages) chosen: bool,
}

pub(in crate::http::pages) fn choice(value: &str, label: String, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label, chosen }
}

impl Field {
    /// A text that must be given. Its texts are `form-NAME` and `form-NAME-hint`.
    pub(in crate::http::pages) fn text(
        t: &Texts,
        name: &'static str,
        value: &str,
        max: usize,
        errors: &Errors,
    ) -> Self {
        Self {
            id: name.to_owned(),
            name,
            kind: "text",
            label: t.get(&format!("form-{name}")),
            hint: t.get(&format!("form-{name}-hint")),
            value: value.to_owned(),
            required: true,
            max: Some(max),
            mode: None,
            error: errors.get(name),
        }
    }
}

//! `/docs`: an OpenAPI document as a page for people.

use askama::Template;
use serde_json::Value;

use super::view::{self, Endpoint, Schema};
use crate::{
    http::BASE_CSS_URL,
    text::{Locale, Texts},
};

fluent_templates::static_loader! {
    pub(crate) static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
    };
}

#[derive(Template)]
#[template(path = "docs.html")]
pub(super) struct Docs {
    t: Texts,
    css_url: &'static str,
    title: String,
    lead: String,
    endpoints: Vec<Endpoint>,
    schemas: Vec<Schema>,
}

/// Builds the page. Descriptions are in the document's language, English; all other words are in `locale`.
pub(super) fn page(document: &Value, locale: Locale) -> Docs {
    Docs {
        t: Texts::new(&LOCALES, locale),
        css_url: BASE_CSS_URL,
        title: view::text(&document["info"]["title"]),
        lead: view::text(&document["info"]["description"]),
        endpoints: view::endpoints(document),
        schemas: view::schemas(document),
    }
}

//! The OpenAPI document of a product, served as JSON and as a page.
//!
//! To document an API: 1. give each handler `#[utoipa::path]`, with the responses that only it has, and collect
//! the handlers in an `OpenApiRouter`; 2. make one [`ApiDocument`] of the router's document; 3. merge
//! [`ApiDocument::router`], which serves `/openapi.json` and `/docs`. The page loads the base style:
//! [`super::assets`] has to be merged too.

use std::sync::Arc;

use axum::{Router, response::Response, routing::get};
use serde_json::Value;

use super::{Json, csp, html, pages::Csp};
use crate::text::AcceptLocale;

mod complete;
mod docs;
mod view;

pub(crate) use docs::LOCALES;

/// A complete OpenAPI document. Clones share it.
#[derive(Debug, Clone)]
pub struct ApiDocument(Arc<Value>);

impl ApiDocument {
    /// Completes a document that was generated from handlers.
    ///
    /// Each operation gets the responses that follow from its access token, parameters and body, unless it documents
    /// them itself. Every error has a problem body (RFC 9457). An `operationId` that is a single word gets the
    /// operation's first tag in front: `list` of the tag `members` becomes `members_list`.
    ///
    /// # Panics
    /// If it refers to a schema that it does not have. utoipa does not add the schema of a parameter: write
    /// `("order_id" = inline(OrderId), Path)`.
    pub fn new(generated: &utoipa::openapi::OpenApi) -> Self {
        Self::completed(serde_json::to_value(generated).expect("a generated document can be written as JSON"))
    }

    fn completed(mut document: Value) -> Self {
        complete::complete(&mut document);
        let unknown = complete::unknown_references(&document, &document);
        assert!(unknown.is_empty(), "the document has no schemas {unknown:?}");
        Self(Arc::new(document))
    }

    /// The document as JSON.
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// The document as indented JSON text, as a product's command `openapi` prints it.
    pub fn to_text(&self) -> String {
        format!("{:#}", self.0)
    }

    /// Serves the document at `/openapi.json` and as a page in the browser's language at `/docs`.
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let (document, page) = (self.clone(), self.clone());
        let json = async move || Json(document.json().clone());
        let docs =
            async move |AcceptLocale(locale): AcceptLocale| -> Response { html(&docs::page(page.json(), locale)) };
        Router::new().route("/openapi.json", get(json)).route("/docs", get(docs).layer(csp(&Csp::default())))
    }
}

#[cfg(test)]
mod tests;

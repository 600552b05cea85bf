//! `/docs`: the OpenAPI document as a page to read.

mod read;

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::DOCUMENT;
use crate::http::pages::page::{Frame, Visitor, show};
use read::{Endpoint, Schema};

#[derive(Template)]
#[template(path = "docs.html")]
struct Docs<'a> {
    page: Frame<'a>,
    lead: String,
    endpoints: Vec<Endpoint>,
    schemas: Vec<Schema>,
}

/// Shows the page.
pub(super) async fn get(visitor: Visitor) -> Response {
    let lead = read::text(&DOCUMENT["info"]["description"]);
    let (endpoints, schemas) = (read::endpoints(&DOCUMENT), read::schemas(&DOCUMENT));
    show(StatusCode::OK, &Docs { page: visitor.frame(), lead, endpoints, schemas })
}

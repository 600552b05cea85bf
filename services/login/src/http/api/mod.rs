//! The JSON API under `/v1`, and its OpenAPI document.
//!
//! To add an endpoint: 1. write a handler with `#[utoipa::path]` in the file of its resource; 2. add it to that file's
//! `router`; 3. add a row to `tests/api/rights.rs`. The handler documents its own responses; [`ApiDocument`] adds those that
//! follow from a token, parameters or a body. A body that changes something is taken as `Changes<Body, Resource>`.
//! Authorization: the extractor `Access`, and the transaction that it begins.

mod access;
mod clients;
mod idempotent;
mod invitations;
mod me;
mod members;
mod sessions;
mod tenants;

use std::sync::LazyLock;

use axum::{Router, middleware::map_response, response::Response};
use chassis::http::openapi::ApiDocument;
use http::{HeaderValue, header};
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

#[derive(OpenApi)]
#[openapi(
    info(title = "login", description = "Tenants, users, sessions and clients. `/token` issues access tokens.", license(name = "MIT OR Apache-2.0")),
    modifiers(&AccessToken),
)]
struct Document;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("access_token", SecurityScheme::Http(scheme));
    }
}

/// The OpenAPI document, generated from the handlers.
static DOCUMENT: LazyLock<ApiDocument> = LazyLock::new(|| ApiDocument::new(&routes().into_openapi()));

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(tenants::router())
        .merge(invitations::router())
        .merge(me::router())
        .merge(members::router())
        .merge(clients::router())
        .merge(sessions::router())
}

/// The API, its document at `/openapi.json`, and a readable page of it at `/docs`.
pub(crate) fn router() -> Router<App> {
    let (router, _) = routes().split_for_parts();
    let router = router.layer(map_response(no_store));
    router.merge(DOCUMENT.router())
}

/// Responses contain personal data, and some a secret: they must not be cached.
async fn no_store(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The OpenAPI document, as printed by `login openapi`.
pub fn openapi_json() -> String {
    DOCUMENT.to_text()
}

//! The JSON API under `/v1`, and its OpenAPI document.
//!
//! To add an endpoint: a handler with `#[utoipa::path]` in the file of its resource, its name in that file's
//! `router`, and a row in `tests/api/rights.rs`. It documents what it answers itself; [`ApiDocument`] adds what follows from
//! taking a token, parameters or a body. Who may call it is the handler's first line: the extractor `Access`, and
//! for admins a transaction by `begin_as_admin`.

mod access;
mod clients;
mod invitations;
mod me;
mod members;
mod once;
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
    info(title = "login", description = "Tenants, people, sessions and clients. Access tokens come from `/token`.", license(name = "MIT OR Apache-2.0")),
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

/// The document, made from the handlers.
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

/// The routes, with their document at `/openapi.json`, and a page to read it at `/docs`.
pub(crate) fn router() -> Router<App> {
    let (router, _) = routes().split_for_parts();
    let router = router.layer(map_response(not_kept));
    router.merge(DOCUMENT.router())
}

/// Answers are about someone, and some hold a secret.
async fn not_kept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The document, as `login openapi` prints it.
pub(crate) fn openapi_json() -> String {
    DOCUMENT.to_text()
}

//! The JSON API under `/v1` for programs with an access token of login, described by `/openapi.json`.

use axum::Router;
use chassis::http::openapi::ApiDocument;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::app::App;

pub mod activities;
pub mod me;
pub mod preferences;
pub mod usage;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "mypage",
        version = "1",
        description = "A person's page: profile, preferences and timeline; for admins, the tenant's usage."
    ),
    modifiers(&AccessToken),
    security(("access_token" = []))
)]
struct Document;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.bearer_format = Some("JWT".into());
        let scheme = SecurityScheme::Http(bearer);
        document.components.get_or_insert_default().add_security_scheme("access_token", scheme);
    }
}

/// The OpenAPI document.
pub fn document() -> ApiDocument {
    ApiDocument::new(&routes().into_openapi())
}

pub fn router(app: App) -> Router {
    let (router, document) = routes().split_for_parts();
    router.with_state(app).merge(ApiDocument::new(&document).router())
}

fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(me::show))
        .routes(routes!(preferences::replace))
        .routes(routes!(activities::list))
        .routes(routes!(usage::show))
}

//! Public HTTP: the API of campaigns, and what an ad's links do in a browser.
//!
//! To add an endpoint: write its handler with `#[utoipa::path]`, and name it in [`api`]: routes and document come from there.

use axum::Router;
use axum::routing::get;
use chassis::http::{Json, assets, openapi::ApiDocument};
use serde_json::{Value, json};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

mod advertiser;
mod campaigns;
mod charges;
mod links;
mod model;

/// All that ad serves to the public.
pub fn router(app: App) -> Router {
    let (api, document) = api().split_for_parts();
    let router = api
        .route("/", get(front))
        .route("/i/{token}", get(links::impression))
        .route("/c/{token}", get(links::click))
        .merge(ApiDocument::new(&document).router())
        .merge(assets());
    chassis::http::public(router.with_state(app), "ad")
}

/// The OpenAPI document of the public API.
#[must_use]
pub fn openapi_json() -> String {
    ApiDocument::new(&api().into_openapi()).to_text()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "ad",
        version = "1",
        description = "Campaigns and what they cost. Every request carries an access token of login: of an admin of your company, \
                       or of a client that it registered, by client credentials. Amounts are whole micros of your company's currency.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "campaigns", description = "What is advertised, to whom, and for how much at most"),
        (name = "charges", description = "The ledger: what clicks have cost"),
    ),
    modifiers(&AccessToken)
)]
struct Document;

struct AccessToken;

impl Modify for AccessToken {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("access_token", SecurityScheme::Http(scheme));
    }
}

fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(campaigns::create, campaigns::list))
        .routes(routes!(campaigns::get, campaigns::change))
        .routes(routes!(charges::list))
}

/// What this address is, for someone who comes by.
async fn front() -> Json<Value> {
    Json(json!({
        "product": "ad",
        "what": "Chooses ads for people's pages, counts what they saw and followed, and charges advertisers for it.",
        "openapi": "/openapi.json",
        "api": ["/v1/campaigns", "/v1/charges"],
    }))
}

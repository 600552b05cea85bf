//! Public HTTP: the JSON API for advertisers, and the impression and click links for browsers.

use axum::{
    Json, Router,
    http::{HeaderName, HeaderValue, header},
    routing::get,
};
use serde_json::{Value, json};

use crate::{app::App, problems};

pub mod api;

mod lead_on;
mod links;

const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Routes of the links and the JSON API.
pub fn router(app: App) -> Router {
    let url = app.config.ad_public_url.clone();
    let links = Router::new()
        .route("/", get(front))
        .route("/i/{token}", get(links::impression))
        .route("/c/{token}", get(links::click))
        .with_state(app.clone());
    chassis::http::public(links.merge(api::router(app)), "ad", &url, problems::KINDS)
}

/// Describes the product to a visitor of its root.
async fn front() -> Json<Value> {
    Json(json!({
        "product": "ad",
        "what": "Selects ads for pages, counts impressions and clicks, and charges advertisers for clicks.",
        "openapi": "/openapi.json",
        "api": ["/v1/campaigns", "/v1/charges"],
    }))
}

//! Public HTTP: the JSON API for advertisers, and the impression and click links for browsers.

use axum::{
    Json, Router,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use chassis::http::wants_page;
use serde_json::json;

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

/// Describes the product to a program at its root. A browser is led to the page about the API.
async fn front(headers: HeaderMap) -> Response {
    let varies = (header::VARY, HeaderValue::from_static("accept"));
    if wants_page(&headers) {
        return ([varies], Redirect::to("/docs")).into_response();
    }
    let about = json!({
        "product": "ad",
        "what": "Selects ads for pages, counts impressions and clicks, and charges advertisers for clicks.",
        "openapi": "/openapi.json",
        "api": ["/v1/campaigns", "/v1/charges", "/v1/ledger"],
    });
    ([varies], Json(about)).into_response()
}

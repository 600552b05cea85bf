//! Public HTTP: the pages and the JSON API for advertisers, and the impression and click links for browsers.

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    routing::get,
};

use crate::{app::App, problems};

pub mod api;

mod house;
mod images;
mod lead_on;
mod links;
mod pages;

const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Routes of the links, the images, the pages and the JSON API.
pub fn router(app: App) -> Router {
    let url = app.config.ad_public_url.clone();
    let links = Router::new()
        .route("/i/{token}", get(links::impression))
        .route("/c/{token}", get(links::click))
        .route("/images/{tenant_id}/{image_id}", get(images::image))
        .route("/house/i", get(house::impression))
        .route("/house/c", get(house::click))
        .with_state(app.clone());
    let router = links.merge(pages::router(app.clone())).merge(api::router(app.clone()));
    let frame = move |parts, error| pages::frame(app.clone(), parts, error);
    chassis::http::public_framed(router, "ad", &url, problems::KINDS, frame)
}

//! Public HTTP: OpenID Connect in [`oidc`], pages in [`pages`], the JSON API in [`api`].

pub mod api;
pub(crate) mod client_metadata;
pub(crate) mod cookie;
pub(crate) mod oidc;
pub(crate) mod origin;
mod page_session;
pub(crate) mod pages;
pub(crate) mod request_context;
pub(crate) mod sealed;

use axum::{
    Router, middleware,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};

use crate::{app::App, problems};

pub fn router(app: App) -> Router {
    let url = app.issuer.clone();
    let same_session = middleware::from_fn_with_state(app.clone(), page_session::same_session);
    let router = Router::new().merge(oidc::router()).merge(pages::router()).merge(api::router());
    let router = router.with_state(app.clone()).layer(same_session).merge(chassis::http::assets());
    let frame = move |parts, error| pages::failure::frame(app.clone(), parts, error);
    chassis::http::public_framed(router, "login", &url, problems::KINDS, frame)
}

/// Redirects with 303, so that the browser uses `GET`. The address may contain a code or a token: it is not cached.
pub(crate) fn see_other(address: &str) -> Response {
    match HeaderValue::from_str(address) {
        Ok(address) => (
            StatusCode::SEE_OTHER,
            [(header::LOCATION, address), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        )
            .into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

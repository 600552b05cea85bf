use std::sync::Arc;

use axum::{
    Router,
    extract::FromRef,
    middleware,
    routing::{get, post},
};
use chassis::http::{not_ahead_of_time, same_origin, same_session};

use crate::{app::App, problems};

pub mod api;

mod activity;
mod assets;
mod auth;
mod cookies;
mod devices;
mod failure;
mod home;
mod pending;
mod preferences;
mod usage;
mod view;
mod visitor;

/// Routes of the pages, the assets and the JSON API.
pub fn router(app: App) -> Router {
    let url = app.config.client.mypage_public_url.clone();
    let origin: Arc<str> = url.origin().into();
    let session = cookies::Cookies::from_ref(&app).session_name();
    let once_opened = middleware::from_fn(not_ahead_of_time);
    let pages = Router::new()
        .route("/", get(home::show))
        .route("/usage", get(usage::show))
        .route("/preferences", post(preferences::update))
        .route("/sessions/{session_id}/end", post(devices::end))
        .route("/activity", get(activity::older))
        .route("/activity/stream", get(activity::stream))
        .route("/auth/sign-in", get(auth::sign_in).route_layer(once_opened.clone()))
        .route("/auth/callback", get(auth::callback).route_layer(once_opened))
        .route("/auth/sign-out", post(auth::sign_out))
        .layer(middleware::from_fn(move |request, next| same_session(session, request, next)))
        .layer(middleware::from_fn(move |request, next| same_origin(origin.clone(), request, next)))
        .with_state(app.clone());
    let router = pages
        .merge(assets::router())
        .merge(api::router(app.clone()))
        .layer(chassis::http::csp(&view::csp(&app.config)))
        .layer(middleware::from_fn_with_state(app.clone(), failure::render));
    let frame = move |parts, error| failure::frame(app.clone(), parts, error);
    chassis::http::public_framed(router, "mypage", &url, problems::KINDS, frame)
}

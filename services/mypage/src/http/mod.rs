use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use chassis::{
    http::{not_ahead_of_time, same_origin, same_session},
    sign_in::show_failures,
};

use crate::{app::App, problems};

pub mod api;

mod activity;
mod assets;
mod auth;
mod devices;
mod failure;
mod home;
mod preferences;
mod usage;
mod view;
mod visitor;

/// Routes of the pages, the assets and the JSON API.
pub fn router(app: App) -> Router {
    let url = app.config.client.mypage_public_url.clone();
    let origin: Arc<str> = url.origin().into();
    let session: Arc<str> = app.sign_in.cookies().session_name().into();
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
        .layer(middleware::from_fn(move |request, next| same_session(session.clone(), request, next)))
        .layer(middleware::from_fn(move |request, next| same_origin(origin.clone(), request, next)))
        .with_state(app.clone());
    let signing_in = app.clone();
    let failed_sign_in = move |parts, failed| failure::failed_sign_in(signing_in, parts, failed);
    let router = pages
        .merge(assets::router())
        .merge(api::router(app.clone()))
        .layer(chassis::http::csp(&view::csp(&app.config)))
        .layer(middleware::from_fn(move |request, next| show_failures(failed_sign_in.clone(), request, next)));
    let frame = move |parts, error| failure::frame(app.clone(), parts, error);
    chassis::http::public_framed(router, "mypage", &url, problems::KINDS, frame)
}

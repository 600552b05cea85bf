//! The pages for advertisers: a tenant's admins, signed in through login.
//!
//! To add a page: write its handler with [`visitor::Advertiser`], its view model in `view/`, its template and texts, and add
//! it to [`router`] and to the list in `tests/e2e/src/pages.rs`.

use std::sync::Arc;

use axum::{
    Router, middleware,
    response::Response,
    routing::{get, post},
};
use chassis::{
    http::{ErrorPage, not_ahead_of_time, same_origin, same_session},
    sign_in::show_failures,
};

use crate::app::App;

mod assets;
mod auth;
mod create;
mod creatives;
mod detail;
mod edit;
mod failure;
mod form;
mod front;
mod ledger;
mod list;
mod view;
mod visitor;

/// Routes of the pages and their assets.
pub(super) fn router(app: App) -> Router {
    let origin: Arc<str> = app.config.ad_public_url.origin().into();
    let session: Arc<str> = app.sign_in.cookies().session_name().into();
    let once_opened = middleware::from_fn(not_ahead_of_time);
    let signing_in = app.clone();
    let failed_sign_in = move |parts, failed| failure::failed_sign_in(signing_in, parts, failed);
    Router::new()
        .route("/", get(front::show))
        .route("/campaigns", get(list::show).post(create::create))
        .route("/campaigns/new", get(create::form))
        .route("/campaigns/preview", post(create::preview))
        .route("/campaigns/{campaign_id}", get(detail::show).post(edit::save))
        .route("/campaigns/{campaign_id}/edit", get(edit::form))
        .route("/campaigns/{campaign_id}/report.csv", get(detail::export))
        .route("/campaigns/{campaign_id}/status", post(edit::set_status))
        .route("/campaigns/{campaign_id}/duplicate", post(edit::duplicate))
        .route("/campaigns/{campaign_id}/creatives", post(creatives::add))
        .route("/campaigns/{campaign_id}/creatives/{creative_id}", post(creatives::replace))
        .route("/campaigns/{campaign_id}/creatives/{creative_id}/remove", post(creatives::remove))
        .route("/ledger", get(ledger::show))
        .route("/ledger.csv", get(ledger::export))
        .route("/auth/sign-in", get(auth::sign_in).route_layer(once_opened.clone()))
        .route("/auth/callback", get(auth::callback).route_layer(once_opened))
        .route("/auth/sign-out", post(auth::sign_out))
        .layer(middleware::from_fn(move |request, next| same_session(session.clone(), request, next)))
        .layer(middleware::from_fn(move |request, next| same_origin(origin.clone(), request, next)))
        .layer(chassis::http::csp(&view::csp(&app.config)))
        .layer(middleware::from_fn(move |request, next| show_failures(failed_sign_in.clone(), request, next)))
        .with_state(app)
        .merge(assets::router())
}

/// Shows an error in the frame of the pages. `None` for an error of a link or of the API: its page has no frame.
pub(super) async fn frame(app: App, parts: axum::http::request::Parts, error: ErrorPage) -> Option<Response> {
    let is_page = ["/campaigns", "/ledger", "/auth/"].iter().any(|start| parts.uri.path().starts_with(start));
    if is_page { failure::frame(app, parts, error).await } else { None }
}

//! The links of house ads. They have no token: nothing is counted, and nobody is charged.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{NO_STORE, links::pixel};
use crate::app::App;

/// `GET /house/i`: an image of one pixel.
pub(super) async fn impression() -> Response {
    pixel()
}

/// `GET /house/c`: leads to the front page of ad.
pub(super) async fn click(State(app): State<App>) -> Response {
    ([NO_STORE], Redirect::to(&app.config.ad_public_url.join("/"))).into_response()
}

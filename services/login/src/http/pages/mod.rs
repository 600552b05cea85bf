//! Pages: plain HTML forms in Korean and English, which need no script.
//!
//! To add a page: a template in `templates/` that extends `base.html`, its texts in `locales/*/login.ftl`, and a file
//! here with a handler that takes a [`page::Visitor`] and answers by [`page::show`]; a form also takes
//! [`SameOrigin`](crate::http::origin::SameOrigin).

mod check_mail;
pub(crate) mod failure;
mod forgot_password;
mod home;
mod invitation;
mod invite;
mod mailbox;
pub(crate) mod page;
mod reset_password;
mod sessions;
mod sign_in;
pub(crate) mod sign_out;
mod sign_up;
mod verify;

use axum::{
    Router,
    routing::{get, post},
};

use crate::app::App;

/// The routes.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home::get))
        .route("/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/sign-up", get(sign_up::get).post(sign_up::post))
        .route("/sign-up/sent", get(check_mail::of_sign_up))
        .route("/verify/{token}", get(verify::get).post(verify::post))
        .route("/forgot-password", get(forgot_password::get).post(forgot_password::post))
        .route("/forgot-password/sent", get(check_mail::of_forgotten_password))
        .route("/reset-password/{token}", get(reset_password::get).post(reset_password::post))
        .route("/password-changed", get(reset_password::done))
        .route("/dev/mailbox", get(mailbox::get))
        .route("/sign-out", post(sign_out::post))
        .route("/sessions/{session_id}/end", post(sessions::end))
        .route("/invitations", post(invite::post))
        .route("/invitations/{token}", get(invitation::get).post(invitation::post))
}

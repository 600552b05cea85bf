//! Pages: plain HTML forms in Korean and English. Only [`passkeys`] needs a script.
//!
//! To add a page: 1. write a template in `templates/` that extends `base.html`; 2. write its texts in `locales/*/login.ftl`;
//! 3. add a file here with a handler that takes a [`page::Visitor`] and returns [`page::show`]. A form also takes
//! [`SameOrigin`](crate::http::origin::SameOrigin).

mod admins;
mod browser;
mod check_mail;
mod client_remove;
mod clients;
mod consent;
mod consents;
pub(crate) mod failure;
mod forgot_password;
mod home;
mod invitation;
mod invitations;
mod invite;
pub(crate) mod leave;
mod mailbox;
mod members;
pub(crate) mod page;
mod passkeys;
mod profile;
mod reset_password;
mod return_to;
mod select_account;
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

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(home::get))
        .route("/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/sign-in/passkey/options", post(passkeys::sign_in_options))
        .route("/sign-in/passkey", post(passkeys::sign_in))
        .route("/passkeys/options", post(passkeys::add_options))
        .route("/passkeys", post(passkeys::add))
        .route("/passkeys/{passkey_id}", post(passkeys::rename))
        .route("/passkeys/{passkey_id}/remove", post(passkeys::remove))
        .merge(passkeys::SCRIPT.route())
        .route("/sign-up", get(sign_up::get).post(sign_up::post))
        .route("/sign-up/sent", get(check_mail::of_sign_up))
        .route("/verify/{token}", get(verify::get).post(verify::post))
        .route("/forgot-password", get(forgot_password::get).post(forgot_password::post))
        .route("/forgot-password/sent", get(check_mail::of_forgotten_password))
        .route("/reset-password/{token}", get(reset_password::get).post(reset_password::post))
        .route("/password-changed", get(reset_password::done))
        .route("/dev/mailbox", get(mailbox::get))
        .route("/sign-out", post(sign_out::post))
        .route("/profile", get(profile::get).post(profile::post))
        .route("/profile/erase", get(profile::ask).post(profile::erase))
        .route("/members", get(members::get))
        .route("/members/invitations/{invitation_id}/withdraw", post(members::withdraw))
        .route("/members/{user_id}", post(members::change))
        .route("/members/{user_id}/remove", get(members::ask).post(members::remove))
        .route("/clients", get(clients::get).post(clients::post))
        .route("/clients/{client_id}/remove", get(client_remove::ask).post(client_remove::remove))
        .route("/sessions/{session_id}/end", post(sessions::end))
        .route("/consent", get(consent::get).post(consent::post))
        .route("/consents", get(consents::get))
        .route("/consents/{client_id}/withdraw", post(consents::withdraw))
        .route("/select-account", get(select_account::get))
        .route("/invitations", post(invite::post))
        .route("/invitations/{token}", get(invitation::get).post(invitation::post))
}

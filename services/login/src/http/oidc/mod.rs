//! OpenID Connect and OAuth 2.0. Errors have the format of these specifications, not of RFC 9457 problems.
//!
//! When you add a feature, add it to the discovery document ([`discovery`]) too.

pub(crate) mod asked;
pub(crate) mod authorize;
mod client_auth;
pub(crate) mod discovery;
#[cfg(test)]
mod fuzz;
mod introspect;
pub(crate) mod logout;
mod parameters;
mod revoke;
pub(crate) mod token;
pub(crate) mod userinfo;

use axum::{
    Router, middleware,
    routing::{get, post},
};
use chassis::http::not_ahead_of_time;

use crate::app::App;

pub(super) use parameters::Parameters;

/// Addresses that only programs call: their errors are never pages.
pub(crate) const FOR_PROGRAMS: [&str; 6] =
    ["/.well-known/openid-configuration", "/jwks", "/token", "/revoke", "/introspect", "/userinfo"];

pub(crate) fn router() -> Router<App> {
    let once_opened = middleware::from_fn(not_ahead_of_time);
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .route("/jwks", get(discovery::jwks))
        .route("/authorize", get(authorize::get).post(authorize::post).route_layer(once_opened.clone()))
        .route("/token", post(token::token))
        .route("/revoke", post(revoke::revoke))
        .route("/introspect", post(introspect::introspect))
        .route("/userinfo", get(userinfo::userinfo).post(userinfo::userinfo))
        .route("/logout", get(logout::get).post(logout::post).route_layer(once_opened))
}

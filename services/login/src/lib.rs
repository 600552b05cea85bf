//! login: the identity provider. It stores tenants, people, sessions and clients, and issues tokens by OpenID Connect
//! to the other products and to the clients of tenants.
//!
//! A sign-in passes through: `http/pages/sign_in.rs` → `usecase/sign_in/sign_in_by_password.rs` →
//! `usecase/sessions/start_session.rs` → `store/` and `events.rs`; then `http/oidc/authorize.rs` →
//! `usecase/oauth/authorize.rs`, and `http/oidc/token.rs` → `usecase/oauth/exchange_code.rs`.

pub mod admin;
pub mod app;
pub mod cli;
pub mod clients_file;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod http;
pub mod keyed_hashes;
pub mod keys;
pub mod mail;
pub mod metrics;
pub mod passkeys;
pub mod passwords;
pub mod problems;
pub mod server;
pub mod store;
pub mod usecase;

fluent_templates::static_loader! {
    pub(crate) static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
    };
}

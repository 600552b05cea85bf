//! login: who is who. Tenants, people, sessions and tokens: an OpenID Connect provider for the other products and for
//! the programs of tenants.
//!
//! The way of a sign-in: `http/pages/sign_in.rs` → `usecase/sign_in.rs` → `usecase/start_session.rs` → `store/` and
//! `events.rs`; then `http/oidc/authorize.rs` → `usecase/authorize.rs`, and `http/oidc/token.rs` →
//! `usecase/exchange_code.rs`.

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
pub mod store;
pub mod usecase;

fluent_templates::static_loader! {
    pub(crate) static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
    };
}

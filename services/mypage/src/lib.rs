//! mypage: a person's own page with profile, timeline, preferences and devices; for admins, usage and campaigns.

pub mod app;
pub mod config;
pub mod consume;
pub mod convert;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod http;
pub mod live;
pub mod peers;
pub mod problems;
pub mod refreshes;
pub mod server;
pub mod store;
pub mod usecase;

fluent_templates::static_loader! {
    // Page texts in English and Korean.
    pub(crate) static LOCALES = { locales: "./locales", fallback_language: "en" };
}

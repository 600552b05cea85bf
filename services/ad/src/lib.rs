//! ad: selects ads for pages, counts impressions and clicks, and charges advertisers for clicks.

pub mod admin;
pub mod app;
pub mod cli;
pub mod config;
pub mod consume;
pub mod convert;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod http;
pub mod images;
pub mod index;
pub mod link;
pub mod metrics;
pub mod problems;
pub mod refusals;
pub mod server;
pub mod store;
pub mod usecase;
pub mod viewers;

fluent_templates::static_loader! {
    // Page texts in English and Korean.
    pub(crate) static LOCALES = { locales: "./locales", fallback_language: "en" };
}

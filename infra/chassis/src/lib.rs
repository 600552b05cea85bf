//! The shared crate of all products: everything that is not specific to one of them.
//!
//! | To … | see |
//! |---|---|
//! | read configuration | [`config`] |
//! | start and stop a process | [`process`], [`lifecycle`], [`listener`], [`ops`] |
//! | log, trace and measure | [`telemetry`] |
//! | read and write a tenant's data | [`db`], [`migrate`] |
//! | publish an event | [`event`], [`outbox`] |
//! | consume an event | [`consumer`] |
//! | serve HTTP: an endpoint, a list, a page, API docs | [`http`] |
//! | fail a request | [`problem`] |
//! | make a request safe to repeat | [`idempotency`] |
//! | show text in Korean and English | [`text`] |
//! | authenticate and authorize a caller | [`auth`] |
//! | sign people in to a product's pages | [`sign_in`], [`oidc`] |
//! | call another product | [`client`] |
//! | check or compare the host of an address | [`host`] |
//! | hash, sign or encrypt | [`secret`] |
//! | create ids, read the time | [`id`], [`clock`] |
//! | fail outside of a request | [`error`] |
//!
//! The documentation of each module starts with its recipe.
//!
//! `migrations/` holds the tables that every product needs: outbox, inbox and idempotency keys. A file that was
//! released does not change any more, comments included: sqlx compares checksums.

#![warn(missing_docs)]

pub mod auth;
pub mod chart;
pub mod client;
pub mod clock;
pub mod config;
pub mod consumer;
pub mod db;
pub mod error;
pub mod event;
mod grpc;
pub mod host;
pub mod http;
pub mod id;
pub mod idempotency;
mod kafka;
pub mod lifecycle;
pub mod listener;
pub mod migrate;
pub mod oidc;
pub mod ops;
pub mod outbox;
pub mod problem;
pub mod process;
pub mod secret;
pub mod sign_in;
pub mod telemetry;
pub mod text;

pub use error::Error;

//! What every product stands on, and nothing of what any of them is about.
//!
//! | to … | see |
//! |---|---|
//! | read configuration | [`config`] |
//! | start and stop | [`process`], [`lifecycle`], [`ops`] |
//! | log, trace and count | [`telemetry`] |
//! | touch a tenant's data | [`db`], [`migrate`] |
//! | tell the others what happened | [`event`], [`outbox`] |
//! | hear what happened | [`consumer`] |
//! | serve HTTP | [`http`], [`problem`], [`idempotency`], [`text`] |
//! | know who asks | [`auth`] |
//! | ask another product | [`client`] |
//! | keep a secret | [`secret`] |
//! | make ids and tell the time | [`id`], [`clock`] |

#![warn(missing_docs)]

pub mod auth;
pub mod client;
pub mod clock;
pub mod config;
pub mod consumer;
pub mod db;
pub mod error;
pub mod event;
mod grpc;
pub mod http;
pub mod id;
pub mod idempotency;
mod kafka;
pub mod lifecycle;
pub mod migrate;
pub mod ops;
pub mod outbox;
pub mod problem;
pub mod process;
pub mod secret;
pub mod telemetry;
pub mod text;

pub use error::Error;

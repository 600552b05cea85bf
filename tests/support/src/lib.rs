//! Test support for all products: a database per test, a broker, a token issuer, a cluster, and polling without sleeps.
//!
//! To test a product against real stores:
//!
//! 1. `support::database(&product::schema()).await` creates a migrated database for the test.
//! 2. [`kafka`] returns a broker with its own topic prefix, and [`Issuer::start`] issues access tokens.
//! 3. Build the product's `App` from these, and run its workers by hand (`Relay::run_once`, `Consumer::accept`).
//!
//! `scripts/test` starts the stores. Without them, `cargo test` fails or prints `SKIPPED` for the test.

mod address;
mod broker;
#[cfg(feature = "browser")]
pub mod browser;
mod cluster;
mod command;
mod database;
mod envelope;
mod fuzz;
mod issuer;
mod local;
pub mod oidc;
mod openapi;
mod proxy;
mod routes;
mod rpcs;
mod schemathesis;
pub mod secrecy;
mod serve;
mod wait;
pub mod web;

pub use address::source_address;
pub use broker::{Record, kafka, proxied_kafka, real_kafka, records};
pub use cluster::{Cluster, Forward, cluster, is_pod_ready};
pub use command::run_command;
pub use database::{TestDatabase, database};
pub use envelope::{envelope, tombstone};
pub use fuzz::Fuzz;
pub use issuer::Issuer;
pub use local::{LocalSystem, root};
pub use openapi::{WrongField, wrong_fields};
pub use proxy::Proxy;
pub use routes::assert_lists_every_endpoint;
pub use rpcs::assert_lists_every_rpc;
pub use schemathesis::schemathesis;
pub use serve::{free_port, listen, serve, serve_at, serve_grpc};
pub use wait::{eventually, within};

/// Password of everyone in the demo data.
pub const DEMO_PASSWORD: &str = "one-product-one-team";

//! What the tests of all products share: a database a test, a broker, an issuer of tokens, and waiting without sleeping.
//!
//! To test a product against the real thing: `let database = support::database(&product::SCHEMA).await;` gives a fresh
//! migrated database, [`kafka`] a broker with topics of the test's own, [`Issuer::start`] access tokens. Build the
//! product's `App` from those, and drive its workers by hand (`Relay::run_once`, `Consumer::accept`).
//! `scripts/test` starts the stores; `cargo test` alone says so when they are missing.

mod address;
mod broker;
mod cluster;
mod database;
mod fuzz;
mod issuer;
mod serve;
mod wait;

pub use address::own_address;
pub use broker::{kafka, real_kafka};
pub use cluster::{Cluster, Forward, cluster};
pub use database::{TestDatabase, database};
pub use fuzz::Fuzz;
pub use issuer::Issuer;
pub use serve::{serve, serve_grpc};
pub use wait::eventually;

//! ad: chooses ads for people, counts what they saw and followed, and charges advertisers for it.
//!
//! `domain` has the rules, `usecase` one verb a file, `store` the SQL, `http` and `grpc` the doors, `events` what is told
//! and heard, `link` the sealed links, and `index` the campaigns in memory that ads are chosen from.

pub mod app;
pub mod config;
pub mod domain;
pub mod error;
pub mod events;
pub mod grpc;
pub mod http;
pub mod index;
pub mod link;
pub mod metrics;
pub mod store;
pub mod usecase;

use chassis::migrate::Schema;

/// ad's own migrations.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// What `migrate` makes.
#[must_use]
pub fn schema() -> Schema {
    Schema { product: "ad", migrator: &MIGRATOR, writes: events::WRITES, reads: events::READS }
}

//! Breaks the running system of `DEVSTACK_DATA`, one fault at a time, and watches it with a Prometheus that evaluates the
//! products' own rules.
//!
//! Rules run [`FASTER`] times faster than in production: durations are shorter by this factor, thresholds are the same
//! (`scripts/slo-rules --faster`). To add a fault, write a function in [`faults`] and add a line in `tests/alerts.rs`.

pub mod faults;
pub mod faults_of_ad;
pub mod faults_of_products;
pub mod person;
pub mod prometheus;
pub mod queries;
pub mod system;
pub mod traffic;
pub mod visits;

/// Factor of the speed of rules: an hour takes 12 seconds.
pub const FASTER: u32 = 300;

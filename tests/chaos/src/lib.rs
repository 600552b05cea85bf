//! Breaks the system that `scripts/up --detach` started in the data folder `DEVSTACK_DATA`, one thing at a time, and watches
//! it as its operators do: by a Prometheus with the products' own rules.
//!
//! Rules run [`FASTER`] times faster than in production: every duration is so much shorter, every threshold is the same
//! (`scripts/slo-rules --faster`). To add a fault: a function in [`faults`], and a line in `tests/alerts.rs`.

pub mod faults;
pub mod person;
pub mod prometheus;
pub mod queries;
pub mod system;
pub mod traffic;

/// An hour takes 12 seconds.
pub const FASTER: u32 = 300;

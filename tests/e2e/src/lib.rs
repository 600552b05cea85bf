//! End-to-end tests of the whole system, from a browser's and an operator's view.
//!
//! The tests run on the system that `scripts/up --detach` started in `DEVSTACK_DATA` (`scripts/test e2e` starts it),
//! or on the cluster of `CLUSTER_CONTEXT` that `scripts/cluster up` set up (`scripts/test cluster`). They use pages and
//! public URLs only; checks afterwards read the products' databases.

pub mod axe;
pub mod forms;
pub mod logs;
pub mod pages;
pub mod person;
pub mod system;
pub mod totals;
pub mod visit;

pub use support::browser;
